/** Looks at hosts that nothing reaches: the newest document that was carried over by hand. All others are left to `rest`. */
import type { Host } from '../core/host.ts';
import { parseDocument } from './parse-document.ts';
import type { LookContext, Looked, Source } from './source.ts';
import { readText, type StoredDocument, type StoredFleet } from './stored.ts';

/** Windows knows itself by so many letters of its name (NetBIOS). */
const COMPUTER_NAME = 15;

export function isCarried({ reach }: Host): boolean {
  return reach.kind === 'unavailable' && reach.transport === 'bundle';
}

const NOTHING =
  'nothing was imported from it yet: patchwhy collector pack makes what to run there, patchwhy evidence import takes what that writes';

type Find = (host: Host) => StoredDocument | undefined;

/**
 * Finds the document of a host: by its name, by its address, else by its computer name, which is how it calls itself.
 *
 * @param fleet all hosts of the inventory: a computer name that two of them share tells neither
 */
export function carriedDocuments(
  { documentOf }: Pick<StoredFleet, 'documentOf'>,
  fleet: readonly Host[],
): Find {
  const computers = new Map<string, number>();
  for (const { id } of fleet) {
    const name = computerName(id);
    computers.set(name, (computers.get(name) ?? 0) + 1);
  }
  return ({ id, address }) => {
    const computer = computerName(id);
    return (
      documentOf(id) ??
      documentOf(address) ??
      (computers.get(computer) === 1 ? documentOf(computer) : undefined)
    );
  };
}

export function carriedSource(find: Find, rest: Source): Source {
  return {
    look: (host, context) =>
      isCarried(host) ? carriedLook(host, find(host), context) : rest.look(host, context),
    ...(rest.close && { close: rest.close }),
  };
}

async function carriedLook(
  host: Host,
  document: StoredDocument | undefined,
  { slot }: LookContext,
): Promise<Looked> {
  if (document === undefined) return { look: { kind: 'skipped', reason: NOTHING } };
  const { ref } = document;
  const text = await slot(() => readText(ref));
  const parsed = parseDocument(text, { host: host.id, labels: host.labels });
  if (parsed.kind === 'evidence') return { look: parsed, stored: ref };
  const why = parsed.kind === 'broken' ? parsed.problem.text : 'no evidence document';
  return { look: { kind: 'skipped', reason: `what was imported from it cannot be read: ${why}` } };
}

function computerName(name: string): string {
  const isAddress = /^[\d.]+$|:/.test(name);
  const first = isAddress ? name : (name.split('.')[0] ?? name);
  return first.slice(0, isAddress ? undefined : COMPUTER_NAME).toLowerCase();
}
