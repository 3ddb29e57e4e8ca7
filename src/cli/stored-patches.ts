/** What stored evidence says of patches, host by host: a run's, or that of documents. */
import type { HostPatch } from '../core/host-patch.ts';
import { hostPatches } from '../patches/host-patches.ts';
import type { HostPatches } from '../patches/patch-summary.ts';
import type { ScanDocument } from '../outputs/scan-document.ts';
import { openStored } from '../sources/stored.ts';
import { evidenceAt, QUIETLY } from './stored-facts.ts';
import type { Rules } from './own-rules.ts';
import { judgedAgain, newestFirst, resultOf } from './stored-run.ts';
import { PatchwhyError } from '../core/error.ts';

export interface ListedHost extends HostPatches {
  readonly patches: readonly HostPatch[] | undefined;
  readonly status: string;
  readonly collectedAt: Date | undefined;
}

/**
 * Each host of a run in the order of the run, also those that nobody could look at.
 * @param from a run's id, `last`, `demo`, or paths of documents
 * @throws PatchwhyError `list.nothing` (exit 2) where no run is stored
 */
export async function* patchesOfRun(
  from: string | readonly string[],
  rules: Rules,
  isWanted: (host: string) => boolean,
): AsyncGenerator<ListedHost> {
  const paths = await pathsOf(from);
  const { hosts, source } = await openStored(paths);
  const scan = await scanOf(from, rules);
  const judged = new Map((scan?.hosts ?? []).map((host) => [String(host['name']), host]));
  const told = new Set<string>();
  for (const host of hosts) {
    told.add(host.id);
    if (!isWanted(host.id)) continue;
    const { look } = await source.look(host, QUIETLY);
    const base = rowOf(host.id, judged.get(host.id));
    if (look.kind !== 'evidence') {
      yield { ...base, patches: undefined };
      continue;
    }
    const { os, collectedAt } = look.evidence;
    const patches: readonly HostPatch[] = hostPatches(look.evidence, rules.catalogue.knowledge);
    const build = os === undefined ? '' : `${os.build}${os.ubr === undefined ? '' : `.${os.ubr}`}`;
    yield {
      ...base,
      patches,
      build,
      locale: os?.locale ?? '',
      collectedAt: new Date(collectedAt),
    };
  }
  // Who was skipped left no document.
  for (const [name, host] of judged)
    if (!told.has(name) && isWanted(name)) yield { ...rowOf(name, host), patches: undefined };
}

/** @throws PatchwhyError `list.nothing` (exit 2) where no run is stored */
async function pathsOf(from: string | readonly string[]): Promise<readonly string[]> {
  const paths = await Promise.all([from].flat().map(evidenceAt));
  if (from === 'last' && paths[0] === 'last')
    throw new PatchwhyError('list.nothing', 'no run is stored yet', 'patchwhy scan makes one');
  return paths;
}

/** What a run came to, or documents come to now. @throws as `patchesOfRun` */
export async function scanOf(
  from: string | readonly string[],
  rules: Rules,
): Promise<ScanDocument | undefined> {
  const paths = await pathsOf(from);
  return typeof from === 'string' && from !== 'demo'
    ? resultOf(paths[0] ?? '', rules)
    : judgedAgain(paths, rules);
}

function rowOf(host: string, judged: ScanDocument['hosts'][number] | undefined) {
  const text = (field: string): string => {
    const value = judged?.[field];
    return typeof value === 'string' ? value : '';
  };
  return {
    host,
    status: text('status') || text('outcome'),
    cause: text('cause'),
    build: '',
    locale: '',
    collectedAt: undefined,
  };
}

export type StoredRunRow = Pick<ScanDocument, 'run' | 'complete' | 'summary'>;

/** What every stored run came to, the newest first; those that brought nothing home are left out. */
export async function runsStored(rules: Rules): Promise<readonly StoredRunRow[]> {
  const rows: StoredRunRow[] = [];
  for (const folder of await newestFirst()) {
    const result = await resultOf(folder, rules);
    if (result !== undefined) {
      const { run, complete, summary } = result;
      rows.push({ run, complete, summary });
    }
  }
  return rows;
}
