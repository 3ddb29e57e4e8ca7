/**
 * What a host may have in common with others, from its labels and one look at it. A kind that could not be looked at is
 * not among `known`: such a host is neither one with a trait nor one without.
 */
import type { Evidence, Look } from '../core/look.ts';
import type { Bearing, Trait } from '../core/fleet.ts';
import { type Dated, datedIn, servedTrait, softwareIn } from './dated.ts';

export interface Traits {
  readonly known: ReadonlySet<string>;
  readonly all: readonly Trait[];
  /** What went on, and when. */
  readonly dated: readonly Dated[];
}

type Seen = Exclude<Look, { kind: 'skipped' }>;

/** @param relays the jump hosts on the way, none for a direct way; undefined where the way is not known */
export function traitsOf(look: Seen, relays: readonly string[] | undefined): Traits {
  const document = look.kind === 'evidence' ? look.evidence : look.contact;
  const values = new Map<string, Set<string>>();
  const note = (kind: string, ...found: readonly string[]): void => {
    const known = values.get(kind) ?? new Set<string>();
    values.set(kind, known);
    for (const value of found) known.add(value);
  };
  for (const [key, value] of Object.entries(document.labels ?? {}))
    if (value !== undefined) note(key, ...(key === 'tags' ? value.split(',') : [value]));
  if (relays !== undefined) note('relay', ...relays);
  if (look.kind === 'contact') {
    const { relay } = look.contact.contact;
    if (relay !== undefined) note('relay', relay);
  } else {
    for (const [kind, found] of readOn(look.evidence)) if (found) note(kind, ...found);
  }
  return {
    known: new Set(values.keys()),
    all: [...values].flatMap(([kind, found]) => [...found].map((value) => ({ kind, value }))),
    dated: look.kind === 'evidence' ? datedIn(look.evidence) : [],
  };
}

type Found = readonly (readonly [kind: string, values: readonly string[] | undefined])[];

function readOn(evidence: Evidence): Found {
  const { os, platform, windowsUpdate, network, agents } = evidence;
  const proxy = network?.winHttpProxy;
  return [
    // The revision behind the build is not one: a host that fails has an old one because it fails.
    ['build', os && [String(os.build)]],
    ['model', platform?.model === undefined ? undefined : [platform.model]],
    ['source', windowsUpdate?.source === undefined ? undefined : [windowsUpdate.source]],
    ['wsus', wsusOf(windowsUpdate)],
    ['policy', policyOf(windowsUpdate?.policy)],
    ['proxy', proxy === undefined ? undefined : proxy === null ? [] : [proxy.toLowerCase()]],
    ['agent', whole(evidence, 'agents', agents)?.flatMap(agentNames)],
    ['update', updatesTried(evidence)],
    ['driver', driversTried(evidence)],
    ['software', softwareOn(evidence)],
  ];
}

type WindowsUpdate = Evidence['windowsUpdate'];

function wsusOf(update: WindowsUpdate): readonly string[] | undefined {
  const { wsusServer, policy } = update ?? {};
  if (wsusServer === undefined) return undefined;
  const isUsed = wsusServer !== null && policy?.useWUServer !== 0;
  return isUsed ? [wsusServer.trim().toLowerCase()] : [];
}

/** `noAutoUpdate=1`; what is not configured is no value. */
function policyOf(policy: NonNullable<WindowsUpdate>['policy']): readonly string[] | undefined {
  return (
    policy &&
    Object.entries(policy)
      .filter(([, value]) => value !== null && value !== undefined)
      .map(([name, value]) => `${name}=${value}`)
  );
}

function agentNames({ product, version }: NonNullable<Evidence['agents']>[number]): string[] {
  return version === undefined ? [product] : [product, `${product} ${version}`];
}

/** Updates that the host has or tried to install: those who did not try cannot have failed. */
function updatesTried(evidence: Evidence): readonly string[] | undefined {
  const history = whole(evidence, 'windowsUpdate.history', evidence.windowsUpdate?.history);
  return history && [...history, ...(evidence.hotfixes ?? [])].flatMap(({ kb }) => kb ?? []);
}

function driversTried(evidence: Evidence): readonly string[] | undefined {
  const history = whole(evidence, 'windowsUpdate.history', evidence.windowsUpdate?.history);
  return history?.flatMap((entry) => {
    const trait = servedTrait(entry);
    return trait?.kind === 'driver' ? [trait.value] : [];
  });
}

function softwareOn(evidence: Evidence): readonly string[] | undefined {
  const { events } = evidence;
  return whole(evidence, 'events', events) && softwareIn(evidence)?.flatMap(({ names }) => names);
}

/** A list that was refused, or cut short, says nothing of what is not in it. */
function whole<T>(
  { errors = [], collector }: Evidence,
  place: string,
  list: readonly T[] | undefined,
): readonly T[] | undefined {
  const [section = place] = place.split('.');
  const gaps = new Set([...errors.map((error) => error.section), ...(collector?.truncated ?? [])]);
  if (gaps.has(place)) return undefined;
  return list?.length === 0 && gaps.has(section) ? undefined : list;
}

const BEARINGS: ReadonlyMap<string, Bearing> = new Map([
  ['site', 'relay'],
  ['relay', 'relay'],
  ['wsus', 'relay'],
  ['proxy', 'relay'],
  ['agent', 'agent'],
  ['policy', 'policy'],
  ['source', 'policy'],
  ['update', 'patch'],
  ['driver', 'patch'],
]);

/** A site is where its relay, its server and its line are. */
export function bearingOf(kind: string): Bearing {
  return BEARINGS.get(kind) ?? 'other';
}
