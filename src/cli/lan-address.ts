import type { networkInterfaces } from 'node:os';

/** Bridges and tunnels that other machines of the house do not reach. */
const VIRTUAL = /^(docker|br-|veth|virbr|vmnet|vboxnet|tun|tap|utun|wg|tailscale|zt|cni|flannel|podman)/;

/** The address under which other machines of the house most likely reach this one. */
export function lanAddress(interfaces: ReturnType<typeof networkInterfaces>): string | undefined {
  const addresses = Object.entries(interfaces).flatMap(([name, all = []]) =>
    all
      .filter(({ family, internal, address }) => family === 'IPv4' && !internal && !address.startsWith('169.254.'))
      .map(({ address }) => ({ address, virtual: VIRTUAL.test(name) })),
  );
  return (addresses.find(({ virtual }) => !virtual) ?? addresses[0])?.address;
}
