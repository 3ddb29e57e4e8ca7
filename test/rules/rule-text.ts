/** A file of rules for tests, with one line or key that differs. */
const LINES = `id: acme-vpn
title: The VPN client blocks WSUS
category: network-download
status: scan-failing
next: mend the split tunnel
signs:
- kind: strong
  weight: 0.7
  when: scan.code == '0x80244022'
  quote: "the search fails with {scan.code}"
`;

/** The text with `from` replaced, which must be there. */
export function ruleText(from = '', to = ''): string {
  if (!LINES.includes(from)) throw new Error(`no ${from} in the rule`);
  return LINES.replace(from, () => to);
}

/** Another cause, as an entry of `causes:`. */
export function listed(id: string, more = ''): string {
  return `- id: ${id}
  title: T
  category: hardware
  status: failing
  next: x
  ${more}
  signs:
  - { kind: strong, weight: 0.7, when: scan.failing, quote: x }
`;
}
