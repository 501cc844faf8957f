import ipaddr from 'ipaddr.js';

/** What an address means for outgoing calls: `never` even where it is named in gantry.yaml, `inside` only there. */
export type AddressClass = 'public' | 'inside' | 'never';

type Address = ipaddr.IPv4 | ipaddr.IPv6;

/** Where clouds hand out credentials to whoever asks, beside the whole of link-local. */
const METADATA: readonly string[] = [
  '100.100.100.200',
  '168.63.129.16',
  '192.0.0.192',
  'fd00:ec2::254',
  'fd00:ec2::23',
  'fd20:ce::254',
];
const NEVER: readonly [Address, number][] = [
  ipaddr.parseCIDR('169.254.0.0/16'),
  ipaddr.parseCIDR('fe80::/10'),
  ...METADATA.map((text): [Address, number] => {
    const address = ipaddr.parse(text);
    return [address, address.kind() === 'ipv4' ? 32 : 128];
  }),
];
const GLOBAL_UNICAST = ipaddr.parseCIDR('2000::/3');

/** Judges an address after undoing its v4-mapped, v4-compatible, NAT64 or 6to4 form (trust §5.1.3). */
export function classify(text: string): AddressClass {
  if (!ipaddr.isValid(text)) return 'never';
  const address = unwrap(ipaddr.parse(text));
  if (NEVER.some(([range, bits]) => address.kind() === range.kind() && address.match(range, bits)))
    return 'never';
  if (address.range() !== 'unicast') return 'inside';
  const isGlobal = address instanceof ipaddr.IPv4 || address.match(GLOBAL_UNICAST);
  return isGlobal ? 'public' : 'inside';
}

function unwrap(address: Address): Address {
  if (address instanceof ipaddr.IPv4) return address;
  const bytes = address.toByteArray();
  const embedded = embeddedAt(address, bytes);
  return embedded === undefined ? address : new ipaddr.IPv4(bytes.slice(embedded, embedded + 4));
}

/** Position of the IPv4 address inside an IPv6 one. */
function embeddedAt(address: ipaddr.IPv6, bytes: readonly number[]): number | undefined {
  const range = address.range();
  if (range === 'ipv4Mapped' || range === 'rfc6145' || range === 'rfc6052') return 12;
  if (range === '6to4') return 2;
  // ::a.b.c.d, long obsolete, is still understood by some stacks; :: and ::1 are not of this form
  const isCompatible =
    bytes.slice(0, 12).every((byte) => byte === 0) &&
    bytes.slice(12).some((byte, index) => index < 3 && byte > 0);
  return isCompatible ? 12 : undefined;
}
