/**
 * The inventory's format as tables: which keys there are, where, and what each one takes. The single source of truth;
 * `inventory.example.yaml` shows it in use.
 */
import { readCredentials } from './read-credentials.ts';
import { readHosts } from './read-hosts.ts';
import type { Reader, Values } from './read.ts';
import {
  choice,
  duration,
  later,
  named,
  oneOrMore,
  port,
  record,
  reference,
  text,
  wholeNumber,
  wrong,
} from './read.ts';

export const API_VERSION = 'patchwhy/inventory/1';

const tag: Reader<string> = (node, problems, key) => {
  const value = text(node, problems, key);
  // Tags travel as one label, joined by commas.
  return value?.includes(',') === true
    ? wrong(node, problems, key, 'a list of tags without commas')
    : value;
};

/** SHA-256 as OpenSSL, Windows and browsers write it: with colons, blanks or nothing in between. */
const fingerprint: Reader<string> = (node, problems, key) => {
  const digits = text(node, problems, key)?.replaceAll(/[: ]/g, '').toLowerCase();
  if (digits === undefined || /^[0-9a-f]{64}$/.test(digits)) return digits;
  const wanted = 'the SHA-256 of a certificate: 64 hexadecimal digits';
  return wrong(node, problems, key, wanted);
};

/** May stand at a host, its groups, its site and in the defaults; the nearest value wins. */
const settingsFields = {
  transport: choice('winrm', 'ssh', 'local', 'bundle', 'fake'),
  winrm: record('winrm', {
    tls: choice('auto', 'always', 'never'),
    auth: oneOrMore(choice('kerberos', 'negotiate', 'basic')),
    port,
    ca: text,
    fingerprint,
    server_name: text,
    spn_host: text,
    endpoint: text,
  }),
  ssh: record('ssh', {
    port: wholeNumber(1, 65_535),
    known_hosts: oneOrMore(text),
    config: text,
    user: text,
  }),
  timeouts: record('timeouts', { connect: duration, collect: duration, search: duration }),
  credential: reference,
  via: oneOrMore(reference),
  relay: reference,
  window: reference,
  policy: reference,
  type: choice('server', 'workstation'),
  ring: text,
  unit: text,
  role: text,
  location: text,
  tz: text,
  tags: oneOrMore(tag),
  watch: later('list', 'text'),
  exceptions: later('list'),
  fix: later('mapping', 'text'),
  vars: later('mapping'),
} as const;

const withSite = { ...settingsFields, site: reference } as const;

/** What a dynamic group asks of its hosts: every key must fit, any of its values will do. */
const match = record('match', {
  name: oneOrMore(text),
  tags: oneOrMore(text),
  site: oneOrMore(text),
  group: oneOrMore(text),
  type: oneOrMore(text),
  ring: oneOrMore(text),
  unit: oneOrMore(text),
  role: oneOrMore(text),
  location: oneOrMore(text),
});

const hostFields = { ...withSite, name: text, address: text } as const;
const hosts = readHosts(record('a host', hostFields));

const group = record('a group', { ...withSite, hosts, match });

const inventoryFields = {
  apiVersion: text,
  client: text,
  defaults: record('defaults', { ...withSite, recur: wholeNumber(1, 1_000_000) }),
  credentials: readCredentials,
  sites: named(record('a site', { ...settingsFields, subnets: later('list', 'text') })),
  groups: named(group),
  hosts,
  relays: named(later('mapping')),
  jumps: named(
    record('a jump host', {
      ...settingsFields,
      host: text,
      address: text,
      port: wholeNumber(1, 65_535),
      channels: wholeNumber(1, 1000),
    }),
  ),
  windows: named(later('mapping')),
  policies: named(later('mapping')),
  vars: later('mapping'),
} as const;

export const readInventory = record('the inventory', inventoryFields);
/** A bare list of names is an inventory too. */
export const readHostList = hosts;

export type Settings = Values<typeof withSite>;
export type HostSettings = Values<typeof hostFields>;
export type Match = NonNullable<ReturnType<typeof match>>;
export type Document = NonNullable<ReturnType<typeof readInventory>>;
export type Group = NonNullable<ReturnType<typeof group>>;
