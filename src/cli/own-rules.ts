/** Rules that the user names: `--rules`, else PATCHWHY_RULES. Read once, at the start; nothing is added silently. */
import { createHash } from 'node:crypto';
import { readdirSync, readFileSync, statSync } from 'node:fs';
import { basename, delimiter, join, resolve } from 'node:path';
import type { Catalogue } from '../causes/catalogue.ts';
import { errnoOf, PatchwhyError } from '../core/error.ts';
import type { RunInfo, RulesUsed } from '../core/event.ts';
import type { CauseId } from '../core/verdict.ts';
import { decodeText } from '../inventory/decode-text.ts';
import { problemsError } from '../inventory/problem.ts';
import { addRules } from '../rules/add-rules.ts';
import type { OwnCause, RuleText } from '../rules/own-cause.ts';
import { shippedCatalogue } from './catalogue.ts';
import { VERSION } from './version.ts';

/** What a run judges with. */
export interface Rules {
  readonly catalogue: Catalogue;
  readonly own: ReadonlyMap<CauseId, OwnCause>;
  /** Absolute paths of the files; none when the user added nothing. */
  readonly files: readonly string[];
  readonly tool: RunInfo['tool'];
}

/** The catalogue, and what the user added. @throws PatchwhyError exit 2, with every problem and its place. */
export function loadRules(
  given: readonly string[] | undefined,
  env: NodeJS.ProcessEnv = process.env,
): Rules {
  const shipped = shippedCatalogue();
  const files = readRuleFiles(given ?? pathsIn(env));
  const { catalogue, own, problems } = addRules(shipped, files);
  const [first, ...others] = problems;
  const names = files.map(({ file }) => file);
  if (first !== undefined)
    throw problemsError([first, ...others], `patchwhy rules lint ${names.join(' ')}`);
  const used = files.map((file) => usedOf(file, own));
  return {
    catalogue,
    own,
    files: names.map((file) => resolve(file)),
    tool: {
      name: 'patchwhy',
      version: VERSION,
      catalogue: catalogue.version,
      ...(used.length > 0 && { rules: used }),
    },
  };
}

/** `PATCHWHY_RULES`: paths, parted as in PATH. */
function pathsIn(env: NodeJS.ProcessEnv): readonly string[] {
  return (env['PATCHWHY_RULES'] ?? '').split(delimiter).filter((path) => path !== '');
}

export interface RuleFile extends RuleText {
  /** Of the bytes as they lie on disk. */
  readonly sha256: string;
}

/** A thousand causes need a tenth of it. */
const MOST_BYTES = 4 * 2 ** 20;

/** The files at these paths; of a folder its `.yaml` and `.yml`, by name. @throws PatchwhyError exit 2. */
export function readRuleFiles(paths: readonly string[]): readonly RuleFile[] {
  const names = [...new Set(paths.flatMap(filesAt))];
  let bytes = 0;
  return names.map((file) => {
    bytes += sizeOf(file);
    if (bytes > MOST_BYTES) {
      const most = `${MOST_BYTES / 2 ** 20} MiB`;
      throw new PatchwhyError(
        'rules.too-large',
        `${file}: with this file the rules are larger than ${most}`,
        'name only files of rules',
      );
    }
    const content = readBytes(file);
    const sha256 = createHash('sha256').update(content).digest('hex');
    return { file, text: decodeText(content, file), sha256 };
  });
}

function filesAt(path: string): readonly string[] {
  if (!isFolder(path)) return [path];
  const files = readdirSync(path)
    .filter((name) => /\.ya?ml$/i.test(name))
    .toSorted()
    .map((name) => join(path, name));
  if (files.length > 0) return files;
  throw new PatchwhyError(
    'rules.none',
    `${path}: no .yaml file in this folder`,
    'docs/rules.md shows how to write one',
  );
}

function isFolder(path: string): boolean {
  try {
    return statSync(path).isDirectory();
  } catch (error) {
    throw unreadable(path, error);
  }
}

function sizeOf(file: string): number {
  const found = statSync(file);
  if (found.isFile()) return found.size;
  // A device or a pipe may never end.
  throw new PatchwhyError(
    'rules.file',
    `${file}: this is no regular file`,
    'give a file of rules, or a folder of them (--rules, PATCHWHY_RULES)',
  );
}

function readBytes(file: string): Buffer {
  try {
    return readFileSync(file);
  } catch (error) {
    throw unreadable(file, error);
  }
}

function unreadable(path: string, error: unknown): PatchwhyError {
  const code = errnoOf(error) ?? 'unknown';
  const why = code === 'ENOENT' ? 'there is no such file' : `cannot be read (${code})`;
  return new PatchwhyError(
    'rules.file',
    `${path}: ${why}`,
    'give a file of rules, or a folder of them (--rules, PATCHWHY_RULES)',
    { cause: error },
  );
}

function usedOf({ file, sha256 }: RuleFile, own: ReadonlyMap<CauseId, OwnCause>): RulesUsed {
  const causes = [...own.values()]
    .filter(({ place }) => place.file === file)
    .map(({ cause }) => cause.id);
  return { name: basename(file), sha256, causes };
}

/** What was added, in a sentence; undefined when nothing was. */
export function rulesNotice({ tool, own }: Rules): string | undefined {
  if (tool.rules === undefined) return undefined;
  const replaced = [...own.values()]
    .filter(({ replaces }) => replaces)
    .map(({ cause }) => cause.id);
  const files = tool.rules.map(({ name, causes }) => `${name} (${causes.length})`);
  const instead =
    replaced.length > 0 ? `; in place of the catalogue's: ${replaced.join(', ')}` : '';
  return `own causes from ${files.join(', ')}${instead}`;
}

/** What differs from the rules of an earlier run, in a sentence; undefined when nothing does. */
export function rulesDiffer(
  before: readonly RulesUsed[] = [],
  now: readonly RulesUsed[] = [],
): string | undefined {
  const key = ({ name, sha256 }: RulesUsed): string => `${name} ${sha256.slice(0, 12)}`;
  const then = new Set(before.map(({ sha256 }) => sha256));
  const today = new Set(now.map(({ sha256 }) => sha256));
  const gone = before.filter(({ sha256 }) => !today.has(sha256)).map(key);
  const added = now.filter(({ sha256 }) => !then.has(sha256)).map(key);
  if (gone.length + added.length === 0) return undefined;
  const parts = [
    ...(gone.length > 0 ? [`then also ${gone.join(', ')}`] : []),
    ...(added.length > 0 ? [`now also ${added.join(', ')}`] : []),
  ];
  return `judged with other rules: ${parts.join('; ')}`;
}
