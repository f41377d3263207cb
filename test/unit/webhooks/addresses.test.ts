import { describe, expect, test } from "vitest";
import { mayReach } from "../../../lambdas/webhooks/sending/addresses.ts";

const onAws = { allowLoopback: false };
const onLaptop = { allowLoopback: true };

describe("a webhook reaches", () => {
  test.each(["8.8.8.8", "93.184.216.34", "172.15.0.1", "172.32.0.1", "2606:4700::1111"])(
    "the public address %s",
    (address) => {
      expect(mayReach(address, onAws)).toBe(true);
    },
  );

  test.each(["127.0.0.1", "127.1.2.3", "::1", "::ffff:127.0.0.1"])(
    "%s on a laptop that allows it",
    (address) => {
      expect(mayReach(address, onLaptop)).toBe(true);
      expect(mayReach(address, onAws)).toBe(false);
    },
  );
});

test.each([
  ["this host", "0.0.0.0"],
  ["a private network", "10.1.2.3"],
  ["a private network", "172.16.0.1"],
  ["a private network", "192.168.1.1"],
  ["a provider's network", "100.64.0.1"],
  ["the metadata of a machine in the cloud", "169.254.169.254"],
  ["the documentation", "203.0.113.9"],
  ["many at once", "224.0.0.1"],
  ["everybody", "255.255.255.255"],
  ["this host in IPv6", "::"],
  ["a link in IPv6", "fe80::1"],
  ["a private network in IPv6", "fd00::1"],
  ["a private address as IPv6 writes it", "::ffff:10.0.0.1"],
  ["a private address through a translator", "64:ff9b::a00:1"],
  ["a private address through 6to4", "2002:a00:1::1"],
])("a webhook does not reach %s: %s", (_, address) => {
  for (const rules of [onAws, { allowLoopback: true }]) {
    expect(mayReach(address, rules)).toBe(false);
  }
});
