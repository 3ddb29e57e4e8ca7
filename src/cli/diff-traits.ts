/** What changed on hosts between two stored runs, by the documents of both. */
import pLimit from 'p-limit';
import { PatchwhyError } from '../core/error.ts';
import type { Host } from '../core/host.ts';
import type { CauseId } from '../core/verdict.ts';
import { changesBetween, type TraitChange } from '../fleet/between-looks.ts';
import { type Traits, traitsOf } from '../fleet/traits.ts';
import type { HostChange, RunsCompared } from '../history/compare-runs.ts';
import type { Source } from '../sources/source.ts';
import { openStored } from '../sources/stored.ts';

export interface CauseTraits {
  readonly cause: CauseId;
  /** Hosts that have it anew. */
  readonly hosts: number;
  readonly changes: readonly TraitChange[];
}

/** Hosts of each kind that are looked at; more say the same. */
const READ = 500;
/** Files open at once. */
const AT_ONCE = 16;

/**
 * For each cause that three hosts or more have anew: what came or went on them, and not on the others.
 * @param folders of the two runs; without documents of both there is nothing to say
 */
export async function traitsChanged(
  folders: readonly [before: string, after: string],
  { hosts }: RunsCompared,
  threshold: number,
): Promise<readonly CauseTraits[]> {
  const anew = Map.groupBy(
    hosts.filter(({ change }) => change === 'new' || change === 'changed'),
    ({ after }) => after ?? '',
  );
  const causes = [...anew].filter(([, list]) => list.length >= threshold);
  if (causes.length === 0) return [];
  const [before, after] = await Promise.all(folders.map(opened));
  if (before === undefined || after === undefined) return [];
  const limit = pLimit(AT_ONCE);
  const read = new Map<string, ReturnType<typeof bothLooks>>();
  const looksAt = (host: HostChange) => {
    const looks = read.get(host.host) ?? limit(() => bothLooks([before, after], host));
    read.set(host.host, looks);
    return looks;
  };
  const told: CauseTraits[] = [];
  for (const [cause, list] of causes) {
    const others = hosts.filter((host) => host.after !== undefined && host.after !== cause);
    const looks = await Promise.all(
      [...list.slice(0, READ), ...others.slice(0, READ)].map(async (host) => {
        const both = await looksAt(host);
        return both === undefined ? [] : [{ ...both, isAffected: host.after === cause }];
      }),
    );
    const changes = changesBetween(looks.flat());
    if (changes.length > 0) told.push({ cause, hosts: list.length, changes });
  }
  return told;
}

async function bothLooks(
  [before, after]: readonly [OpenedRun, OpenedRun],
  host: HostChange,
): Promise<{ readonly before: Traits; readonly after: Traits } | undefined> {
  const [then, now] = await Promise.all([traitsIn(before, host), traitsIn(after, host)]);
  return then && now && { before: then, after: now };
}

interface OpenedRun {
  readonly source: Source;
  readonly byName: ReadonlyMap<string, Host>;
}

async function opened(folder: string): Promise<OpenedRun | undefined> {
  try {
    const { hosts, source } = await openStored([folder]);
    return { source, byName: new Map(hosts.map((host) => [host.id.toLowerCase(), host])) };
  } catch (error) {
    if (error instanceof PatchwhyError) return undefined; // a run that kept no documents
    throw error;
  }
}

async function traitsIn(
  { source, byName }: OpenedRun,
  { host }: HostChange,
): Promise<Traits | undefined> {
  const known = byName.get(host.toLowerCase());
  if (known === undefined) return undefined;
  const { look } = await source.look(known, {
    signal: new AbortController().signal,
    slot: (work) => work(),
    onStage: () => undefined,
    onCommand: () => undefined,
    onNotice: () => undefined,
  });
  return look.kind === 'evidence' ? traitsOf(look, undefined) : undefined;
}
