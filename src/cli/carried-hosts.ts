/** Hosts with `transport: bundle` in a scan: what was imported from them stands in for asking them. */
import { PatchwhyError } from '../core/error.ts';
import type { Host } from '../core/host.ts';
import { age } from '../outputs/age.ts';
import { carriedDocuments, carriedSource, isCarried } from '../sources/carried.ts';
import type { Source } from '../sources/source.ts';
import { openStored, type StoredFleet } from '../sources/stored.ts';
import { importedFolder } from '../store/imported.ts';
import { stateFolder } from '../store/state-folder.ts';
import type { NoticeBoard } from './notice-board.ts';

/** Hosts whose age is said; the others are only counted. */
const NAMED = 5;

/**
 * @param hosts those of this scan
 * @param fleet all hosts of the inventory
 */
export async function withCarried(
  rest: Source,
  hosts: readonly Host[],
  fleet: readonly Host[],
  notices: NoticeBoard,
): Promise<Source> {
  const carried = hosts.filter(isCarried);
  if (carried.length === 0) return rest;
  const find = carriedDocuments(await openImported(), fleet);
  const now = new Date();
  const ages = carried.flatMap((host) => {
    const document = find(host);
    return document === undefined ? [] : [`${host.id} (bundle, ${age(now, document.at)} old)`];
  });
  const more = ages.length > NAMED ? ` and ${ages.length - NAMED} more` : '';
  const named = ages.slice(0, NAMED).join(', ');
  if (named !== '') notices.add('info', 'bundle', `not asked, but imported: ${named}${more}`);
  return carriedSource(find, rest);
}

async function openImported(): Promise<Pick<StoredFleet, 'documentOf'>> {
  try {
    return await openStored([importedFolder(stateFolder(process.env))]);
  } catch (error) {
    // Nothing was imported yet, or nothing that can be read: each host says so itself.
    if (error instanceof PatchwhyError) return { documentOf: () => undefined };
    throw error;
  }
}
