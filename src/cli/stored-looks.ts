/** Facts of hosts whose evidence is stored. */
import type { HostFacts } from '../facts/examine.ts';
import { examine, examineContact } from '../facts/examine.ts';
import type { Knowledge } from '../facts/knowledge.ts';
import { openStored } from '../sources/stored.ts';

/** The facts of every host at these paths, one at a time; those of one host where it is named. */
export async function* factsAt(
  paths: readonly string[],
  knowledge: Knowledge,
  name?: string,
): AsyncGenerator<HostFacts> {
  const { hosts, source } = await openStored(paths);
  const wanted = name?.toLowerCase();
  for (const host of hosts) {
    if (wanted !== undefined && host.id.toLowerCase() !== wanted) continue;
    const { look } = await source.look(host, QUIETLY);
    if (look.kind === 'evidence') yield examine(look.evidence, knowledge);
    else if (look.kind === 'contact') yield examineContact(look.contact);
  }
}

const QUIETLY = {
  signal: new AbortController().signal,
  onStage: () => undefined,
  onCommand: () => undefined,
  onNotice: () => undefined,
  slot: <T>(work: () => Promise<T>) => work(),
};
