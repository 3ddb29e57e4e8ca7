/** `patchwhy explain`: a code or a cause in plain words, or the last verdict on a host with its proof. */
import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Cause } from '../causes/cause.ts';
import { explainCode, type Code } from '../causes/codes.ts';
import { errnoOf, PatchwhyError, type ExitCode } from '../core/error.ts';
import { createJudge } from '../engine/judge.ts';
import { scan } from '../engine/scan.ts';
import { suggestion } from '../inventory/nearest.ts';
import { hostText } from '../outputs/host-text.ts';
import { ScanDocumentBuilder, type ScanDocument } from '../outputs/scan-document.ts';
import { openStored } from '../sources/stored.ts';
import { RESULT_FILE, runId, runsFolder, storedRuns } from '../store/archive.ts';
import { stateFolder } from '../store/state-folder.ts';
import { shippedCatalogue } from './catalogue.ts';
import { writeAll } from './output-stream.ts';
import { VERSION } from './version.ts';

export interface ExplainArguments {
  readonly what: string;
  readonly evidence: readonly string[] | undefined;
  readonly json: boolean;
}

type HostEntry = ScanDocument['hosts'][number];

export async function explainCommand({
  what,
  evidence,
  json,
}: ExplainArguments): Promise<ExitCode> {
  const catalogue = shippedCatalogue();
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
    evidence === undefined ? await inStoredRuns(what) : await inDocuments(evidence, what);
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

/** The newest stored run that tried the host. */
async function inStoredRuns(name: string): Promise<Found | undefined> {
  const state = stateFolder(process.env);
  for (const id of await storedRuns(state)) {
    const found = hostIn(await resultOf(join(runsFolder(state), id)), name);
    if (found && found.host['outcome'] !== 'skipped') return found;
  }
  return undefined;
}

/** What the run came to; judged again from its evidence when it never got to say so. */
async function resultOf(folder: string): Promise<ScanDocument | undefined> {
  const written = await writtenResult(join(folder, RESULT_FILE));
  if (written) return written;
  try {
    return await judged([folder]);
  } catch (error) {
    if (error instanceof PatchwhyError) return undefined; // a run that brought nothing home
    throw error;
  }
}

/** Undefined where the run ended before it wrote its result whole. */
async function writtenResult(file: string): Promise<ScanDocument | undefined> {
  try {
    return JSON.parse(await readFile(file, 'utf8')) as ScanDocument;
  } catch (error) {
    if (error instanceof SyntaxError || errnoOf(error) === 'ENOENT') return undefined;
    throw error;
  }
}

async function inDocuments(paths: readonly string[], name: string): Promise<Found | undefined> {
  return hostIn(await judged(paths), name);
}

async function judged(paths: readonly string[]): Promise<ScanDocument | undefined> {
  const catalogue = shippedCatalogue();
  const { hosts, source } = await openStored(paths);
  const now = new Date();
  const builder = new ScanDocumentBuilder();
  const events = scan({
    run: {
      id: runId(now),
      source: 'evidence',
      inventory: paths.join(', '),
      startedAt: now.toISOString(),
      threshold: 3,
      tool: { name: 'patchwhy', version: VERSION, catalogue: catalogue.version },
    },
    hosts,
    source,
    judge: createJudge(catalogue),
    forks: 16,
    stop: new AbortController().signal,
    now: () => now.toISOString(),
  });
  for await (const event of events) builder.apply(event);
  return builder.document();
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
