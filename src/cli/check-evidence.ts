/** What a file from elsewhere holds: the documents that are whole, and what is wrong with the others. */
import { errnoOf, PatchwhyError } from '../core/error.ts';
import type { Evidence } from '../core/look.ts';
import { readBundleFile, type BundleRead } from '../sources/bundle.ts';
import { parseDocument } from '../sources/parse-document.ts';
import { filesOf, openStored, readText } from '../sources/stored.ts';

export interface Checked {
  readonly file: string;
  /** Evidence and contact documents that are whole. */
  readonly documents: number;
  /** SHA-256 of a bundle, as its host showed it. */
  readonly sha256?: string;
  /** One sentence each, without the name of the file. */
  readonly wrong: readonly string[];
}

/** Every file at the paths; those that hold something of ours which is no document are left out. */
export async function* checkedFiles(paths: readonly string[]): AsyncGenerator<Checked> {
  for (const path of paths) {
    for (const file of await filesOf(path)) {
      const checked = await checkFile(file);
      if (checked !== undefined) yield checked;
    }
  }
}

async function checkFile(file: string): Promise<Checked | undefined> {
  if (/\.patchwhy$/i.test(file)) return checkedBundle(file, await bundleAt(file));
  try {
    const { hosts, broken } = await openStored([file]);
    return { file, documents: hosts.length - broken.length, wrong: broken.map(withoutFile(file)) };
  } catch (error) {
    if (!(error instanceof PatchwhyError)) throw error;
    if (error.code === 'evidence.none') return undefined;
    const wrong = `${withoutFile(file)(error.message)}; ${error.hint}`;
    return { file, documents: 0, wrong: [wrong] };
  }
}

function checkedBundle(file: string, read: BundleRead): Checked {
  return read.kind === 'bundle'
    ? { file, documents: 1, sha256: read.sha256, wrong: [] }
    : { file, documents: 0, wrong: [`${read.what}; ${read.next}`] };
}

async function bundleAt(file: string): Promise<BundleRead> {
  try {
    return await readBundleFile(file);
  } catch (cause) {
    const code = errnoOf(cause) ?? 'unknown';
    const what = `cannot be read (${code})`;
    return { kind: 'refused', why: 'broken', what, next: 'see who may read it, or name another' };
  }
}

const withoutFile =
  (file: string) =>
  (text: string): string =>
    text.startsWith(`${file}: `) ? text.slice(file.length + 2) : text;

/** The evidence in files that were checked, and its file; contact documents are left out. The newest of each host. */
export async function* evidenceIn(
  files: readonly string[],
): AsyncGenerator<{ readonly evidence: Evidence; readonly file: string }> {
  const { hosts, documentOf } = await openStored(files);
  for (const { id } of hosts) {
    const document = documentOf(id);
    if (document === undefined) continue;
    const { ref } = document;
    const parsed = parseDocument(await readText(ref));
    if (parsed.kind === 'evidence') yield { evidence: parsed.evidence, file: ref.file };
  }
}
