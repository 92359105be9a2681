import ipaddr from 'ipaddr.js';

/** Addresses that begin alike. */
export interface Network {
  readonly base: ipaddr.IPv4 | ipaddr.IPv6;
  /** How many of the first bits are the same. */
  readonly bits: number;
}

/** "192.168.1.0/24", "fd00::/8", or one address; undefined for what is neither. */
export function parseNetwork(text: string): Network | undefined {
  const given = text.trim();
  // Of IPv4 all four parts: "10/8" and "010.0.0.1" are read in more than one way.
  if (!given.includes(':') && !ipaddr.IPv4.isValidFourPartDecimal(given.split('/', 1)[0] ?? '')) return undefined;
  if (ipaddr.isValidCIDR(given)) {
    const [base, bits] = ipaddr.parseCIDR(given);
    return { base, bits };
  }
  if (!ipaddr.isValid(given)) return undefined;
  const base = ipaddr.process(given);
  return { base, bits: base.toByteArray().length * 8 };
}

/** Whether an address, of IPv4 also as IPv6 writes it, is in one of the networks; nothing is that is no address. */
export function isWithin(networks: readonly Network[], address: string | undefined): boolean {
  if (address === undefined || !ipaddr.isValid(address)) return false;
  const asked = ipaddr.process(address);
  return networks.some(({ base, bits }) => asked.kind() === base.kind() && asked.match(base, bits));
}

/** What one client has to itself: an address of IPv4, and of IPv6 the first 64 bits, of which a household gets them all. */
export function clientNetwork(address: string): string {
  if (!ipaddr.isValid(address)) return address;
  const asked = ipaddr.process(address);
  return asked.kind() === 'ipv4' ? asked.toString() : asked.toNormalizedString().split(':').slice(0, 4).join(':');
}
