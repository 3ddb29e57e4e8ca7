/** The collector as it is sent to a host: the files of the collector folder, joined in order of their names. Knows no transport. */
import { readdirSync, readFileSync } from 'node:fs';

const FOLDER = new URL('../../collector/', import.meta.url);
const PLACE = '@NONCE@';

interface Script {
  /** Ends before the first section; the only part that holds the nonce. */
  readonly head: string;
  readonly rest: string;
}

let joined: Script | undefined;

/**
 * The whole script for one run: ASCII, lines ended by LF. Only its first lines depend on the nonce.
 *
 * @param nonce a word of this run, 8 to 32 letters or digits, that marks its answer among other output
 */
export function collectorScript(nonce: string): string {
  if (!/^[0-9A-Za-z]{8,32}$/.test(nonce)) throw new TypeError(`"${nonce}" cannot mark a run`);
  joined ??= join();
  return joined.head.replaceAll(PLACE, nonce) + joined.rest;
}

/** Names of the sections, in their order: `os`, `volumes`, ... */
export function collectorSections(): readonly string[] {
  return sectionFiles().map((name) => name.replace(/^\d+-|\.ps1$/g, ''));
}

function sectionFiles(): string[] {
  return readdirSync(new URL('sections/', FOLDER))
    .filter((name) => name.endsWith('.ps1'))
    .toSorted();
}

function join(): Script {
  const sections = sectionFiles();
  const rest = [...sections.map((name) => `sections/${name}`), 'epilogue.ps1'].map(read);
  return { head: read('prelude.ps1'), rest: rest.join('') };
}

/** A checkout on Windows may have turned LF into CRLF. */
function read(name: string): string {
  return `${readFileSync(new URL(name, FOLDER), 'utf8').replaceAll('\r\n', '\n')}\n`;
}
