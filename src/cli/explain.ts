/** `patchwhy explain`: a code, a cause or an update in plain words, or the last verdict on a host with its proof. */
import type { Catalogue } from '../causes/catalogue.ts';
import type { Audience, Language } from '../core/entry.ts';
import { statusPath } from '../causes/status-path.ts';
import type { StatusPath } from '../core/patch-state.ts';
import { explainCode } from '../causes/codes.ts';
import { PatchwhyError, type ExitCode } from '../core/error.ts';
import { suggestion } from '../inventory/nearest.ts';
import { causeText } from '../outputs/cause-text.ts';
import { codesText } from '../outputs/code-text.ts';
import { reasonText, statusText } from '../outputs/status-text.ts';
import { updateText } from '../outputs/update-text.ts';
import { hostText } from '../outputs/host-text.ts';
import type { ScanDocument } from '../outputs/scan-document.ts';
import { entriesIn, tellerIn } from './entries.ts';
import { explainUpdate, kbOf } from './explain-update.ts';
import { languageOf } from './language.ts';
import { storedFacts } from './stored-facts.ts';
import { writeAll } from './output-stream.ts';
import { loadRules, type Rules } from './own-rules.ts';
import { judgedAgain, newestFirst, resultOf } from './stored-run.ts';

export interface ExplainArguments {
  readonly what: string;
  readonly evidence: readonly string[] | undefined;
  readonly json: boolean;
  readonly rules: readonly string[] | undefined;
  readonly status: boolean;
  readonly lang: Language | undefined;
  readonly audience: Audience;
  readonly notes: string | undefined;
}

type HostEntry = ScanDocument['hosts'][number];

export async function explainCommand(argv: ExplainArguments): Promise<ExitCode> {
  const { what, evidence, json, audience } = argv;
  const rules = loadRules(argv.rules);
  const { catalogue } = rules;
  const { columns } = process.stdout;
  const language = argv.lang ?? languageOf(process.env);
  const style = { language, audience, columns };
  const codes = explainCode(what, catalogue.codes());
  const titleOf = (cause: string): string | undefined =>
    catalogue.causes.get(cause)?.cause.title[language];
  if (codes.length > 0 && evidence === undefined) {
    await print(json ? codes : codesText(what, codes, titleOf, language));
    return 0;
  }
  const entries = entriesIn(rules, language, argv.notes);
  const cause = catalogue.causes.get(what)?.cause;
  const entry = cause && entries(cause.id);
  if (entry !== undefined && evidence === undefined) {
    await print(
      json
        ? { ...entry, status: cause?.status, beats: cause?.beats }
        : causeText(entry, style, rules.own.get(entry.id)?.place.file),
    );
    return 0;
  }
  const kb = kbOf(what);
  if (kb !== undefined) {
    const [folder] = evidence === undefined ? await newestFirst() : [];
    const scan = await (folder === undefined
      ? evidence && judgedAgain(evidence, rules)
      : resultOf(folder, rules));
    const paths = evidence ?? (folder === undefined || scan === undefined ? [] : [folder]);
    const update = await explainUpdate(catalogue, { kb, language, paths, scan });
    await print(json ? update : updateText(update, style));
    return 0;
  }
  const found =
    evidence === undefined
      ? await inStoredRuns(what, rules, argv.rules !== undefined)
      : await inDocuments(evidence, what, rules);
  if (found === undefined) throw unknownWhat(what, evidence, catalogue.causes.keys());
  const { host, scan, paths } = found;
  if (argv.status) {
    const path = await pathOf(paths, catalogue, what);
    await print(
      json
        ? { name: host['name'], ...withTexts(path, language) }
        : statusText(String(host['name']), path, style),
    );
    return 0;
  }
  const told = { ...style, entryOf: entries, tell: tellerIn(language) };
  await print(json ? host : hostText(host, scan, new Date(), told));
  return 0;
}

/** For readers of JSON: what decided each test, also as a sentence. */
function withTexts({ steps, ...path }: StatusPath, language: Language): object {
  return {
    ...path,
    steps: steps.map(({ because, ...step }) => ({
      ...step,
      because: because.map((reason) => ({ ...reason, text: reasonText(reason, language) })),
    })),
  };
}

/** @throws PatchwhyError exit 2 where the run has no document of the host. */
async function pathOf(
  paths: readonly string[],
  { knowledge }: Catalogue,
  name: string,
): Promise<StatusPath> {
  for await (const facts of storedFacts(paths, { knowledge }, name)) return statusPath(facts);
  throw new PatchwhyError(
    'explain.no-evidence',
    `no evidence of "${name}" is stored, so its state cannot be told`,
    'scan the host again, or point to documents with --evidence PATH',
  );
}

function print(value: unknown): Promise<void> {
  return writeAll(
    process.stdout,
    typeof value === 'string' ? value : `${JSON.stringify(value, null, 1)}\n`,
  );
}

interface Found {
  readonly host: HostEntry;
  readonly scan: ScanDocument;
  /** Where its evidence lies. */
  readonly paths: readonly string[];
}

/** The newest stored run that tried the host; its evidence is judged anew where the user names rules. */
async function inStoredRuns(
  name: string,
  rules: Rules,
  isAnew: boolean,
): Promise<Found | undefined> {
  for (const folder of await newestFirst()) {
    const found = hostIn(await resultOf(folder, rules), name, [folder]);
    if (found === undefined || found.host['outcome'] === 'skipped') continue;
    return isAnew ? inDocuments([folder], name, rules) : found;
  }
  return undefined;
}

async function inDocuments(
  paths: readonly string[],
  name: string,
  rules: Rules,
): Promise<Found | undefined> {
  return hostIn(await judgedAgain(paths, rules), name, paths);
}

/** Names are compared as Windows does, whatever their case. */
function hostIn(
  scan: ScanDocument | undefined,
  name: string,
  paths: readonly string[],
): Found | undefined {
  const host = scan?.hosts.find(
    (entry) => String(entry['name']).toLowerCase() === name.toLowerCase(),
  );
  return host && scan ? { host, scan, paths } : undefined;
}

function unknownWhat(
  what: string,
  evidence: readonly string[] | undefined,
  causes: Iterable<string>,
): PatchwhyError {
  const where = evidence === undefined ? 'any stored run' : evidence.join(', ');
  const otherwise =
    evidence === undefined
      ? 'scan the host first, or point to documents with --evidence PATH'
      : 'patchwhy scan --evidence PATH lists the hosts that are there';
  return new PatchwhyError(
    'explain.unknown',
    `"${what}" is no code in the tables, no cause and no host of ${where}`,
    suggestion(what, causes, otherwise),
  );
}
