/** What a host is, has and is told: the things that hosts with one cause may share, and the others not. Pure. */
import type { Labels } from '../core/host.ts';
import type { Evidence } from '../core/look.ts';
import type { Facts } from '../facts/declared.ts';

/** Values by key: `site`, `build`, `wsus`, `policy auOptions`, ... A key that is absent could not be looked at. */
export type Traits = ReadonlyMap<string, readonly string[]>;

/** Lists in one label, as the inventory joins them. */
const JOINED: ReadonlySet<string> = new Set(['tags', 'group']);

export function labelTraits(labels: Labels): [string, readonly string[]][] {
  return Object.entries(labels).map(([key, value]) => [
    key,
    JOINED.has(key) ? value.split(',') : [value],
  ]);
}

const POLICIES = [
  'auOptions',
  'noAutoUpdate',
  'disableDualScan',
  'deferQualityDays',
  'deferFeatureDays',
  'target',
] as const;

export function evidenceTraits(evidence: Evidence, facts: Facts): [string, readonly string[]][] {
  const { os, wsus, agents, policy, open, installed } = facts;
  const { manufacturer, model } = evidence.platform ?? {};
  const names = [...open.installs, ...installed.updates].map(({ name }) => name);
  const kbs = names.flatMap((name) => /\bKB\d{6,8}\b/.exec(name)?.[0] ?? []);
  const traits: [string, readonly string[] | undefined][] = [
    ['build', os.known ? [String(os.build)] : undefined],
    ['model', model ? [`${manufacturer ?? ''} ${model}`.trim()] : undefined],
    ['wsus', wsus.known ? (wsus.inForce ? [wsus.host] : []) : undefined],
    ['agent', agents.known ? agents.all.map(({ product }) => product) : undefined],
    // That it was tried, not how it went: an update that fails on full disks alone is not to blame.
    ['kb', open.known && installed.known ? [...new Set(kbs)] : undefined],
    ...POLICIES.map((name): [string, readonly string[] | undefined] => [
      `policy ${name}`,
      policy.known ? [String(policy[name])] : undefined,
    ]),
  ];
  return traits.flatMap(
    ([key, values]) =>
      (values === undefined ? [] : [[key, values] as const]) as [string, readonly string[]][],
  );
}
