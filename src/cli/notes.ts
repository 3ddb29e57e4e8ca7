/** A team's own notes on causes: a YAML file that overrides and extends what is shipped (docs/runbook.md). */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Note } from '../causes/entry.ts';
import { WORDS } from '../core/entry.ts';
import { errnoOf, PatchwhyError } from '../core/error.ts';
import type { CauseId } from '../core/verdict.ts';
import { decodeText } from '../inventory/decode-text.ts';
import { suggestion } from '../inventory/nearest.ts';
import { problemsError, type Problems } from '../inventory/problem.ts';
import { configFolder } from './config-folder.ts';
import { readTree, type Entry, type Node } from '../inventory/yaml-tree.ts';

export type Notes = ReadonlyMap<CauseId, Note>;

const LEVELS: Readonly<Record<string, readonly string[]>> = {
  risk: ['low', 'medium', 'high'],
  reboot: ['yes', 'no', 'maybe'],
};
const TEXT_KEYS: readonly string[] = [...WORDS, ...Object.keys(LEVELS)];
const KEYS: readonly string[] = [...TEXT_KEYS, 'note', 'links'];

/** A handbook is smaller by far. */
const MOST_BYTES = 1_000_000;

/**
 * The notes in the file that the user names, else in `notes.yaml` of the config folder where that is there.
 * @throws PatchwhyError exit 2, with every problem and its place.
 */
export function loadNotes(
  given: string | undefined,
  causes: ReadonlySet<CauseId>,
  env: NodeJS.ProcessEnv = process.env,
): Notes {
  const file = given ?? usualFile(env);
  return file === undefined ? new Map() : readNotes(textOf(file), file, causes);
}

/** `notes.yaml` of the config folder, where it is there. */
function usualFile(env: NodeJS.ProcessEnv): string | undefined {
  const file = join(configFolder(env), 'notes.yaml');
  return existsSync(file) ? file : undefined;
}

function textOf(file: string): string {
  try {
    const bytes = readFileSync(file);
    if (bytes.length <= MOST_BYTES) return decodeText(bytes, file);
  } catch (error) {
    if (error instanceof PatchwhyError) throw error;
    throw new PatchwhyError(
      'notes.unreadable',
      `${file}: cannot be read (${errnoOf(error) ?? 'unknown'})`,
      'give a YAML file of notes, as docs/runbook.md shows',
      { cause: error },
    );
  }
  throw new PatchwhyError('notes.too-large', `${file}: is larger than 1 MB`, 'split it');
}

/** Notes by cause. @throws PatchwhyError exit 2, with every problem and its place. */
export function readNotes(text: string, file: string, causes: ReadonlySet<CauseId>): Notes {
  const { tree, problems } = readTree(text, file, 'notes');
  const notes = new Map<CauseId, Note>();
  for (const { key, keyAt, value } of entriesOf(tree, problems, 'the file')) {
    if (!causes.has(key)) {
      const hint = suggestion(key, causes, 'patchwhy runbook lists the causes');
      problems.add('unknown-cause', keyAt, `${JSON.stringify(key)} is no cause`, hint);
    }
    notes.set(key, readNote(entriesOf(value, problems, `the note on ${key}`), problems));
  }
  const [first, ...others] = problems.list();
  if (first !== undefined)
    throw problemsError([first, ...others], `patchwhy runbook --notes ${file}`);
  return notes;
}

function entriesOf(node: Node | undefined, problems: Problems, what: string): readonly Entry[] {
  if (node === undefined) return [];
  if (node.kind === 'mapping') return [...node.entries.values()];
  if (node.kind !== 'nothing')
    problems.add('type', node.at, `${what} is no mapping`, 'write "cause: { note: … }"');
  return [];
}

function readNote(entries: readonly Entry[], problems: Problems): Note {
  const texts: Record<string, string> = {};
  let note: string | undefined;
  let links: readonly string[] = [];
  for (const { key, keyAt, value } of entries) {
    if (!KEYS.includes(key)) {
      const hint = suggestion(key, KEYS, `the keys are ${KEYS.join(', ')}`);
      problems.add('unknown-key', keyAt, `${JSON.stringify(key)} is no key of a note`, hint);
    } else if (key === 'links') {
      links = linksIn(value, problems);
    } else if (value.kind !== 'text' || value.value.trim() === '') {
      problems.add('type', value.at, `${key} must be text`, 'put the text in quotes');
    } else if (key === 'note') {
      note = oneLine(value.value);
    } else {
      const levels = LEVELS[key];
      if (levels !== undefined && !levels.includes(value.value)) {
        const hint = `write one of ${levels.join(', ')}`;
        problems.add('level', value.at, `${key} cannot be ${JSON.stringify(value.value)}`, hint);
      }
      texts[key] = oneLine(value.value);
    }
  }
  return { texts, ...(note !== undefined && { note }), links };
}

function linksIn(node: Node, problems: Problems): readonly string[] {
  const items = node.kind === 'list' ? node.items : [node];
  return items.flatMap((item) => {
    if (item.kind === 'text' && isWebAddress(item.value)) return [item.value];
    problems.add('link', item.at, 'a link must be an http or https address', 'write https://…');
    return [];
  });
}

/** Anything else in a page that others open, as `javascript:`, would be run by their browser. */
function isWebAddress(text: string): boolean {
  return /^https?:\/\/\S+$/i.test(text) && URL.canParse(text);
}

function oneLine(text: string): string {
  return text.trim().replace(/\s+/g, ' ');
}
