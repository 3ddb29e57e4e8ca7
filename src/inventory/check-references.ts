/** Names that must be defined elsewhere in the file: credentials, sites, relays, jump hosts, windows, policies. */
import type { Document, Settings } from './format.ts';
import { suggestion } from './nearest.ts';
import type { Problems } from './problem.ts';
import type { Reference } from './read.ts';

interface Kind {
  readonly key: 'credential' | 'site' | 'relay' | 'via' | 'window' | 'policy';
  readonly what: string;
  readonly section: 'credentials' | 'sites' | 'relays' | 'jumps' | 'windows' | 'policies';
}

const KINDS: readonly Kind[] = [
  { key: 'credential', what: 'credential', section: 'credentials' },
  { key: 'site', what: 'site', section: 'sites' },
  { key: 'relay', what: 'relay', section: 'relays' },
  { key: 'via', what: 'jump host', section: 'jumps' },
  { key: 'window', what: 'window', section: 'windows' },
  { key: 'policy', what: 'policy', section: 'policies' },
];

/** Notes every reference to a name that its section does not define. */
export function checkReferences(document: Document, problems: Problems): void {
  for (const settings of everySettings(document)) {
    for (const kind of KINDS) {
      const defined = document[kind.section];
      const unknown = usesOf(settings[kind.key]).filter(({ name }) => defined?.has(name) !== true);
      for (const used of unknown) noteUnknown(used, kind, defined, problems);
    }
  }
  checkLoops(document.jumps ?? new Map(), problems);
}

/** Notes a jump host that is behind itself, by whichever of those it names. */
function checkLoops(jumps: NonNullable<Document['jumps']>, problems: Problems): void {
  const isFine = new Set<string>();
  const isLooped = (name: string, way: readonly string[]): boolean => {
    if (isFine.has(name)) return false;
    for (const next of jumps.get(name)?.via ?? []) {
      const on = [...way, name];
      if (on.includes(next.name)) {
        const loop = [...on.slice(on.indexOf(next.name)), next.name].join(' -> ');
        problems.add(
          'jump-loop',
          next.at,
          `jump hosts in a loop: ${loop}`,
          'take one "via" out: the first jump host must be reached directly',
        );
        return true;
      }
      if (isLooped(next.name, on)) return true;
    }
    isFine.add(name);
    return false;
  };
  for (const name of jumps.keys()) if (isLooped(name, [])) return;
}

function usesOf(value: Reference | readonly Reference[] | undefined): readonly Reference[] {
  if (value === undefined) return [];
  return 'name' in value ? [value] : value;
}

function noteUnknown(
  used: Reference,
  kind: Kind,
  defined: ReadonlyMap<string, unknown> | undefined,
  problems: Problems,
): void {
  const names = [...(defined?.keys() ?? [])];
  const otherwise =
    names.length === 0
      ? `define it under ${kind.section}`
      : `${kind.section} has ${names.slice(0, 10).join(', ')}${names.length > 10 ? ', …' : ''}`;
  problems.add(
    `unknown-${kind.what.replace(' ', '-')}`,
    used.at,
    `${kind.what} ${JSON.stringify(used.name)} is not defined`,
    suggestion(used.name, names, otherwise),
  );
}

function* everySettings(document: Document): Generator<Settings> {
  if (document.defaults) yield document.defaults;
  yield* document.sites?.values() ?? [];
  yield* document.jumps?.values() ?? [];
  yield* ownSettings(document.hosts);
  for (const group of document.groups?.values() ?? []) {
    yield group;
    yield* ownSettings(group.hosts);
  }
}

function* ownSettings(hosts: Document['hosts']): Generator<Settings> {
  for (const entry of hosts ?? []) {
    if ('settings' in entry && entry.settings !== undefined) yield entry.settings;
  }
}
