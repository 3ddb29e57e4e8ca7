/** `patchwhy explain`: a code or a cause in plain words, or the last verdict on a host with its proof. */
import type { Cause } from '../causes/cause.ts';
import { explainCode, type Code } from '../causes/codes.ts';
import { PatchwhyError, type ExitCode } from '../core/error.ts';
import { suggestion } from '../inventory/nearest.ts';
import { hostText } from '../outputs/host-text.ts';
import type { ScanDocument } from '../outputs/scan-document.ts';
import { writeAll } from './output-stream.ts';
import { loadRules, type Rules } from './own-rules.ts';
import { judgedAgain, newestFirst, resultOf } from './stored-run.ts';

export interface ExplainArguments {
  readonly what: string;
  readonly evidence: readonly string[] | undefined;
  readonly json: boolean;
  readonly rules: readonly string[] | undefined;
}

type HostEntry = ScanDocument['hosts'][number];

export async function explainCommand({
  what,
  evidence,
  json,
  rules: given,
}: ExplainArguments): Promise<ExitCode> {
  const rules = loadRules(given);
  const { catalogue } = rules;
  const codes = explainCode(what, catalogue.codes());
  const titleOf = (cause: string): string | undefined =>
    catalogue.causes.get(cause)?.cause.title.en;
  if (codes.length > 0 && evidence === undefined) {
    await print(json ? codes : codesText(what, codes, titleOf));
    return 0;
  }
  const cause = catalogue.causes.get(what)?.cause;
  if (cause !== undefined && evidence === undefined) {
    await print(json ? cause : causeText(cause));
    return 0;
  }
  const found =
    evidence === undefined
      ? await inStoredRuns(what, rules, given !== undefined)
      : await inDocuments(evidence, what, rules);
  if (found === undefined) throw unknownWhat(what, evidence, catalogue.causes.keys());
  await print(json ? found.host : hostText(found.host, found.scan, new Date()));
  return 0;
}

function print(value: unknown): Promise<void> {
  return writeAll(
    process.stdout,
    typeof value === 'string' ? value : `${JSON.stringify(value, null, 1)}\n`,
  );
}

function codesText(
  asked: string,
  codes: readonly Code[],
  titleOf: (cause: string) => string | undefined,
): string {
  const lines = codes.flatMap(({ code, symbol, component, meaning, cause }) => [
    `${code}  ${symbol}  (${component})`,
    `  ${meaning}`,
    ...(cause === '' ? [] : [`  often: ${cause}, ${titleOf(cause) ?? ''}`]),
  ]);
  const [first] = codes;
  const also = first?.alt && first.alt !== asked ? [`  also written ${first.alt}`] : [];
  return `${[...lines, ...also, 'A code alone is never the cause: explain a host to see the proof.'].join('\n')}\n`;
}

function causeText({ id, title, category, status, next, beats }: Cause): string {
  const lines = [
    `${title.en}  (${id})`,
    `  category ${category}, hosts that have it first are ${status}`,
    `  do next: ${next}`,
    ...(beats.length > 0 ? [`  explains away: ${beats.join(', ')}`] : []),
  ];
  return `${lines.join('\n')}\n`;
}

interface Found {
  readonly host: HostEntry;
  readonly scan: ScanDocument;
}

/** The newest stored run that tried the host; its evidence is judged anew where the user names rules. */
async function inStoredRuns(
  name: string,
  rules: Rules,
  isAnew: boolean,
): Promise<Found | undefined> {
  for (const folder of await newestFirst()) {
    const found = hostIn(await resultOf(folder, rules), name);
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
  return hostIn(await judgedAgain(paths, rules), name);
}

/** Names are compared as Windows does, whatever their case. */
function hostIn(scan: ScanDocument | undefined, name: string): Found | undefined {
  const host = scan?.hosts.find(
    (entry) => String(entry['name']).toLowerCase() === name.toLowerCase(),
  );
  return host && scan ? { host, scan } : undefined;
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
