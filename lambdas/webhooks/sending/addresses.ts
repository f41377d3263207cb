/** Which addresses a webhook may reach: public ones. */
import { BlockList, isIPv6 } from "node:net";

/** The registries of special-purpose addresses (RFC 6890), and multicast. */
const notPublicV4 = [
  ["0.0.0.0", 8],
  ["10.0.0.0", 8],
  ["100.64.0.0", 10],
  ["127.0.0.0", 8],
  ["169.254.0.0", 16],
  ["172.16.0.0", 12],
  ["192.0.0.0", 24],
  ["192.0.2.0", 24],
  ["192.88.99.0", 24],
  ["192.168.0.0", 16],
  ["198.18.0.0", 15],
  ["198.51.100.0", 24],
  ["203.0.113.0", 24],
  ["224.0.0.0", 4],
  ["240.0.0.0", 4],
] as const;

/** Within 2000::/3, the only global unicast addresses: documentation, and tunnels to IPv4 addresses. */
const notPublicV6 = [
  ["2001::", 23],
  ["2001:db8::", 32],
  ["2002::", 16],
  ["3fff::", 20],
] as const;

const refused = new BlockList();
for (const [address, bits] of notPublicV4) refused.addSubnet(address, bits, "ipv4");
for (const [address, bits] of notPublicV6) refused.addSubnet(address, bits, "ipv6");
const global = new BlockList();
global.addSubnet("2000::", 3, "ipv6");
const loopback = new BlockList();
loopback.addSubnet("127.0.0.0", 8, "ipv4");
loopback.addAddress("::1", "ipv6");

export interface AddressRules {
  /** For receivers on the same laptop. */
  readonly allowLoopback: boolean;
}

/** @param address IPv4 or IPv6, without brackets */
export function mayReach(address: string, { allowLoopback }: AddressRules): boolean {
  const family = isIPv6(address) ? "ipv6" : "ipv4";
  if (allowLoopback && loopback.check(address, family)) return true;
  if (refused.check(address, family)) return false;
  return family === "ipv4" || global.check(address, family);
}
