/** Facts of stored hosts, as rules, states and updates are told from them. */
import type { Catalogue } from '../causes/catalogue.ts';
import { examine, examineContact, type HostFacts } from '../facts/examine.ts';
import { openStored } from '../sources/stored.ts';
import { FLEET } from './demo-plan.ts';
import { runOrPath } from './stored-run.ts';

/** Where evidence lies that a word names: a run's id, `last`, `demo`, or a path. */
export function evidenceAt(word: string): Promise<string> {
  return word === 'demo' ? Promise.resolve(FLEET) : runOrPath(word);
}

/** The facts of every host at these paths; those of one host where it is named. */
export async function* storedFacts(
  paths: readonly string[],
  { knowledge }: Pick<Catalogue, 'knowledge'>,
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

export const QUIETLY = {
  signal: new AbortController().signal,
  onStage: () => undefined,
  onCommand: () => undefined,
  onNotice: () => undefined,
  slot: <T>(work: () => Promise<T>) => work(),
};
