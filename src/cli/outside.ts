/** What the live screen asks of files and of the catalogue. */
import type { Entry, Language } from '../core/entry.ts';
import { PatchwhyError } from '../core/error.ts';
import type { CauseId } from '../core/verdict.ts';
import { readText } from '../sources/stored.ts';
import { isAscii } from '../tui/manners.ts';
import type { Outside } from '../tui/outside.ts';
import type { Tell } from '../outputs/quote-text.ts';
import { entriesIn, tellerIn } from './entries.ts';
import type { Rules } from './own-rules.ts';
import type { Presentation } from './run.ts';
import { pastRuns } from './stored-run.ts';

/** @param whileAway keeps the run from taking for its own what is typed to another program */
export function outsideOf(
  { rules, remembers, language }: Pick<Presentation, 'rules' | 'remembers' | 'language'>,
  whileAway: (work: () => Promise<void>) => Promise<void>,
): Outside {
  const entries = new Map<CauseId, Entry | undefined>();
  let told: ((cause: CauseId) => Entry | undefined) | undefined;
  return {
    evidence: readText,
    statusPath: async (ref) => statusPathOf(await readText(ref), rules, language),
    async doctor() {
      const [{ consoleFindings }, { consoleReportText }] = await Promise.all([
        import('./doctor.ts'),
        import('../doctor/text.ts'),
      ]);
      const style = { isAscii: isAscii(process.env), hasColor: false };
      return consoleReportText(await consoleFindings(), style);
    },
    async remember(settings) {
      if (!remembers) return;
      const { rememberSettings } = await import('./console-settings.ts');
      await rememberSettings(settings, process.env);
    },
    // The group, as the key of the terminal would: whoever started us waits for us.
    pause: process.platform === 'win32' ? undefined : () => process.kill(0, 'SIGSTOP'),
    onPause(listener) {
      process.on('SIGTSTP', listener);
      return () => process.off('SIGTSTP', listener);
    },
    runs: pastRuns,
    save: async (format, hosts) => (await import('./save-export.ts')).saveExport(format, hosts),
    async view(text, viewer) {
      const { view } = await import('./view.ts');
      await whileAway(() => view(text, viewer));
    },
    entryOf(cause) {
      told ??= toldBy(rules, language);
      if (!entries.has(cause)) entries.set(cause, told(cause));
      return entries.get(cause);
    },
    tell: remembering(tellerIn(language)),
  };
}

/** A screen asks for the same few sentences many times a second. */
function remembering(tell: Tell): Tell {
  const told = new Map<string, string>();
  return (sentence) => {
    const known = told.get(sentence) ?? tell(sentence);
    if (told.size >= SENTENCES_KEPT) told.clear();
    told.set(sentence, known);
    return known;
  };
}

const SENTENCES_KEPT = 2000;

/** Notes that are not right are said in their place: the screen stays. */
function toldBy(rules: Rules, language: Language): (cause: CauseId) => Entry | undefined {
  try {
    return entriesIn(rules, language, undefined);
  } catch (error) {
    if (!(error instanceof PatchwhyError)) throw error;
    const note = error.message;
    return (id) => ({ id, title: id, category: '', sources: [], links: [], note });
  }
}

async function statusPathOf(
  text: string,
  { catalogue: { knowledge } }: Rules,
  language: Language,
): Promise<string> {
  const [{ statusPath }, { examine, examineContact }, { statusText }, { parseDocument }] =
    await Promise.all([
      import('../causes/status-path.ts'),
      import('../facts/examine.ts'),
      import('../outputs/status-text.ts'),
      import('../sources/parse-document.ts'),
    ]);
  const parsed = parseDocument(text);
  const style = { language, columns: undefined };
  switch (parsed.kind) {
    case 'evidence':
      return statusText(
        parsed.evidence.host,
        statusPath(examine(parsed.evidence, knowledge)),
        style,
      );
    case 'contact':
      return statusText(parsed.contact.host, statusPath(examineContact(parsed.contact)), style);
    case 'broken':
    case 'other':
      throw new PatchwhyError('evidence.broken', 'it is no document of a host', 'see it under raw');
  }
}
