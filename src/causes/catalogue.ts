/** The catalogue, read and checked: causes, their order, and the tables that come with them. */
import { parse } from 'yaml';
import { PatchwhyError } from '../core/error.ts';
import type { CauseId } from '../core/verdict.ts';
import type { Knowledge } from '../facts/knowledge.ts';
import type { Cause } from './cause.ts';
import type { Code } from './codes.ts';
import { readCodes } from './codes.ts';
import { complaintOf } from './conditions.ts';
import type { ReadyCause, ReadySign } from './judge-cause.ts';
import { makeReady } from './judge-cause.ts';
import { readLifecycle } from './lifecycle.ts';
import type { Model } from './read-cause.ts';
import { isFields, readCause, readModel } from './read-cause.ts';

/**
 * A file of the catalogue: `model.yaml`, `causes/*.yaml`, `codes.csv`, `lifecycle.csv`; or `catalogue.json` in place of
 * all YAML files, which the build has checked.
 */
export interface CatalogueFile {
  readonly name: string;
  readonly text: string;
}

export interface Catalogue {
  /** Date of the catalogue, as runs report it. */
  readonly version: string;
  readonly causes: ReadonlyMap<CauseId, ReadyCause>;
  /** Signs that ask what other hosts say. */
  readonly fleetSigns: readonly ReadySign[];
  /** Category ids in the order in which equally sure findings are listed. */
  readonly categories: readonly string[];
  /** States that a host with a cause may have. */
  readonly statuses: readonly string[];
  readonly knowledge: Knowledge;
  /** Result codes; their table is read when they are first asked for. */
  readonly codes: () => readonly Code[];
}

/** Throws a `PatchwhyError` that names file, cause and sign of the first fault. */
export function loadCatalogue(files: readonly CatalogueFile[]): Catalogue {
  const { model, causes } = documentsOf(files);
  const ready = new Map<CauseId, ReadyCause>();
  for (const cause of causes) ready.set(cause.id, makeReady(cause));
  let codes: readonly Code[] | undefined;
  return {
    version: model.version,
    causes: ready,
    fleetSigns: fleetSignsOf(ready),
    categories: model.categories,
    statuses: [...model.statuses],
    knowledge: {
      lifecycle: readLifecycle(textOf(files, 'lifecycle.csv')),
      builds: model.builds,
    },
    codes: () => (codes ??= readCodes(textOf(files, 'codes.csv'))),
  };
}

/** The same catalogue with further causes; one whose id it knows takes the place of that. */
export function withCauses(catalogue: Catalogue, more: readonly Cause[]): Catalogue {
  if (more.length === 0) return catalogue;
  const causes = new Map(catalogue.causes);
  for (const cause of more) causes.set(cause.id, makeReady(cause));
  return { ...catalogue, causes, fleetSigns: fleetSignsOf(causes) };
}

function fleetSignsOf(causes: ReadonlyMap<CauseId, ReadyCause>): readonly ReadySign[] {
  return [...causes.values()].flatMap(({ signs }) =>
    signs.filter(({ sign }) => sign.scope === 'fleet'),
  );
}

interface Documents {
  readonly model: Model;
  readonly causes: readonly Cause[];
}

function documentsOf(files: readonly CatalogueFile[]): Documents {
  const compiled = files.find(({ name }) => name.endsWith('.json'));
  if (compiled !== undefined) return readCompiled(compiled);
  const modelFile = fileOf(files, 'model.yaml');
  const model = readModel(parseYaml(modelFile));
  if (typeof model === 'string') throw fault(modelFile, model);
  const causeFiles = files.filter((file) => file !== modelFile && /\.ya?ml$/.test(file.name));
  const causes = causeFiles.map((file) => checkedCause(file, model));
  const known = new Set(causes.map(({ id }) => id));
  for (const [position, { id, beats }] of causes.entries()) {
    const file = causeFiles[position] ?? modelFile;
    if (causes.findIndex((cause) => cause.id === id) !== position)
      throw fault(file, `cause ${id}: is there twice`);
    const stranger = beats.find((other) => !known.has(other));
    if (stranger !== undefined)
      throw fault(file, `cause ${id}: beats ${stranger}, which is no cause`);
  }
  return { model, causes };
}

function checkedCause(file: CatalogueFile, model: Model): Cause {
  const cause = readCause(parseYaml(file), model);
  if (typeof cause === 'string') throw fault(file, cause);
  for (const [position, sign] of cause.signs.entries()) {
    const complaint = complaintOf(sign);
    if (complaint !== undefined)
      throw fault(file, `cause ${cause.id}: sign ${position + 1}: ${complaint}`);
  }
  return cause;
}

/** A cause's file holds two YAML documents: what the engine runs, then the prose for people. Only the first is read. */
function parseYaml(file: CatalogueFile): unknown {
  const [first = ''] = file.text.replace(/^---\r?\n/, '').split(/^---\s*$/m, 1);
  try {
    return parse(first, { prettyErrors: true });
  } catch (error) {
    throw fault(
      file,
      error instanceof Error ? (error.message.split('\n')[0] ?? '') : String(error),
      error,
    );
  }
}

/** What the build writes: the same documents, already checked, in a form that loads in a millisecond. */
export function compileCatalogue(files: readonly CatalogueFile[]): string {
  const { model, causes } = documentsOf(files);
  return JSON.stringify({ ...model, statuses: [...model.statuses], causes });
}

function readCompiled(file: CatalogueFile): Documents {
  const document: unknown = JSON.parse(file.text);
  if (!isCompiled(document)) throw fault(file, 'is not what the build writes');
  return { model: { ...document, statuses: new Set(document.statuses) }, causes: document.causes };
}

interface Compiled extends Omit<Model, 'statuses'> {
  readonly statuses: readonly string[];
  readonly causes: readonly Cause[];
}

/** Written and checked by `compileCatalogue`, so the outline is enough. */
function isCompiled(value: unknown): value is Compiled {
  return (
    isFields(value) &&
    Array.isArray(value['causes']) &&
    Array.isArray(value['statuses']) &&
    Array.isArray(value['builds'])
  );
}

function fileOf(files: readonly CatalogueFile[], name: string): CatalogueFile {
  const file = files.find((one) => one.name === name || one.name.endsWith(`/${name}`));
  if (file === undefined) {
    throw new PatchwhyError(
      'catalogue.incomplete',
      `the catalogue has no ${name}`,
      'reinstall patchwhy',
    );
  }
  return file;
}

function textOf(files: readonly CatalogueFile[], name: string): string {
  return fileOf(files, name).text;
}

function fault(file: CatalogueFile, what: string, cause?: unknown): PatchwhyError {
  return new PatchwhyError(
    'catalogue.faulty',
    `${file.name}: ${what}`,
    'correct the entry, or remove the file',
    { cause },
  );
}
