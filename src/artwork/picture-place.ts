import ipaddr from 'ipaddr.js';

/** Where no server of pictures is: this machine, what answers on the link alone (of a cloud, its secrets), and nobody. */
const REFUSED = ['loopback', 'linkLocal', 'unspecified', 'multicast', 'broadcast'];
/** Of clouds that keep their secrets elsewhere: Amazon's by IPv6, Alibaba's. */
const SECRETS = ['fd00:ec2::254', '100.100.100.200'];

/** Whether a picture may be asked for at an address; what is none is a name, whose addresses are asked about in turn. */
export function isPlaceForPictures(host: string): boolean {
  if (!ipaddr.isValid(host)) return true;
  // IPv4 in the clothes of IPv6 is what it is.
  const address = ipaddr.process(host);
  return !REFUSED.includes(address.range()) && !SECRETS.includes(address.toString());
}
