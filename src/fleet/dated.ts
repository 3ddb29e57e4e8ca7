/** What went on a host, and when: updates, drivers and software, as its history, hotfix list and installer events tell. */
import type { Trait } from '../core/fleet.ts';
import type { Evidence } from '../core/look.ts';

export interface Dated extends Trait {
  /** Milliseconds since 1970. */
  readonly at: number;
}

export function datedIn(evidence: Evidence): readonly Dated[] {
  const { windowsUpdate, hotfixes = [] } = evidence;
  const served = (windowsUpdate?.history ?? []).flatMap((entry) =>
    entry.operation === 'install' && WENT_ON.has(entry.result)
      ? dated(servedTrait(entry), Date.parse(entry.time))
      : [],
  );
  const told = new Set(served.map(({ value }) => value));
  // The list has days only, the history the minute.
  const listed = hotfixes.flatMap(({ kb, installedOn }) =>
    told.has(kb) || !installedOn
      ? []
      : dated({ kind: 'update', value: kb }, Date.parse(installedOn)),
  );
  const software = (softwareIn(evidence) ?? []).flatMap(({ names, at }) =>
    names.flatMap((value) => dated({ kind: 'software', value }, at)),
  );
  return [...served, ...listed, ...software];
}

const WENT_ON: ReadonlySet<string> = new Set(['succeeded', 'succeededWithErrors']);

function dated(trait: Trait | undefined, at: number): Dated[] {
  return trait === undefined || Number.isNaN(at) ? [] : [{ ...trait, at }];
}

type HistoryEntry = NonNullable<NonNullable<Evidence['windowsUpdate']>['history']>[number];

/** What Windows Update brought: an update by its number, or a driver by its title, `Vendor - Class - version`. */
export function servedTrait({ kb, title }: HistoryEntry): Trait | undefined {
  if (kb) return { kind: 'update', value: kb };
  return title !== undefined && /^.+ - .+ - [\d./]+/.test(title)
    ? { kind: 'driver', value: title }
    : undefined;
}

export interface Software {
  /** The product, and the product with its version. */
  readonly names: readonly string[];
  readonly at: number;
}

/** What Windows Installer put on (event 1033, status 0); undefined without events. */
export function softwareIn({ events }: Evidence): readonly Software[] | undefined {
  return events?.flatMap(({ provider, id, time, data }) => {
    if (id !== 1033 || provider.toLowerCase() !== 'msiinstaller') return [];
    const { param1: product, param2: version, param4: status } = data ?? {};
    if (typeof product !== 'string' || product === '' || Number(status) !== 0) return [];
    const names = version ? [product, `${product} ${String(version)}`] : [product];
    return [{ names, at: Date.parse(time) }];
  });
}
