/** `patchwhy explain KB…`: what the catalogue and the last run know of one update. */
import type { Catalogue } from '../causes/catalogue.ts';
import type { Language } from '../core/entry.ts';
import type { CauseId } from '../core/verdict.ts';
import { updateState } from '../facts/update-state.ts';
import type { ScanDocument } from '../outputs/scan-document.ts';
import type { UpdateDocument } from '../outputs/update-text.ts';
import { yamlFiles } from './catalogue.ts';
import { factsAt } from './stored-looks.ts';

/** `KB5034441` of `KB5034441`, `kb5034441` and `5034441`; undefined for what is no number of an update. */
export function kbOf(word: string): string | undefined {
  const [, number] = /^(?:kb)?(\d{6,7})$/i.exec(word.trim()) ?? [];
  return number === undefined ? undefined : `KB${number}`;
}

interface Asked {
  readonly kb: string;
  readonly language: Language;
  /** Where evidence lies; empty when no run is stored. */
  readonly paths: readonly string[];
  /** What was judged of it. */
  readonly scan: ScanDocument | undefined;
}

export async function explainUpdate(
  catalogue: Catalogue,
  { kb, language, paths, scan }: Asked,
): Promise<UpdateDocument> {
  const { builds } = catalogue.knowledge;
  const causeOf = new Map((scan?.hosts ?? []).map(({ name, cause }) => [name, cause]));
  const hosts: UpdateDocument['hosts'][number][] = [];
  if (paths.length > 0) {
    for await (const { host, facts } of factsAt(paths, catalogue.knowledge)) {
      const cause = causeOf.get(host);
      const known = updateState(facts, kb, builds);
      hosts.push({ name: host, ...known, ...(typeof cause === 'string' && { cause }) });
    }
  }
  return {
    kb,
    link: `https://support.microsoft.com/help/${kb.slice(2)}`,
    builds: builds.filter((row) => row.kb === kb).map(({ build, ubr }) => `${build}.${ubr}`),
    causes: causesNaming(kb).map((id) => ({
      id,
      title: catalogue.causes.get(id)?.cause.title[language] ?? id,
    })),
    ...(scan && { run: scan.run.id }),
    hosts,
  };
}

/** Causes whose signs, runbook or sources speak of the update by its number. */
function causesNaming(kb: string): readonly CauseId[] {
  const named = new RegExp(String.raw`\b${kb}\b`);
  return yamlFiles().flatMap(({ name, text }) => {
    const [, id] = /^causes\/(.+)\.yaml$/.exec(name) ?? [];
    return id !== undefined && named.test(text) ? [id] : [];
  });
}
