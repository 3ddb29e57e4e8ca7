/**
 * A PowerShell endpoint (JEA) that runs the collector for people who may not run scripts: the files an administrator
 * sets it up with, and the command it is then asked by. Templates are in the folder collector/jea.
 */
import { hash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { collectorScript } from './script.ts';

export interface JeaEndpoint {
  /** Name of the session configuration: a letter, then letters, digits, `.`, `_`, `-`. */
  readonly name: string;
  /** Account or group that may use it: `ACME\Helpdesk`. */
  readonly roleGroup: string;
  /** Version of this program. */
  readonly version: string;
}

export interface JeaFile {
  /** Relative, with `/`. */
  readonly path: string;
  readonly text: string;
}

const FOLDER = new URL('../../collector/jea/', import.meta.url);
const FUNCTION = 'Get-PatchEvidence';
/** Any word will do; it is taken out again. */
const NONCE = 'anynonce';

export interface JeaCommand {
  readonly name: string;
  readonly parameters: Readonly<Record<string, string>>;
}

/** What a run calls an endpoint by. */
export function jeaCommand(nonce: string): JeaCommand {
  return { name: FUNCTION, parameters: { Nonce: nonce, Sha256: collectorHash() } };
}

/** All files, in the order in which to read them. */
export function jeaFiles({ name, roleGroup, version }: JeaEndpoint): JeaFile[] {
  const words: Readonly<Record<string, string>> = {
    NAME: name,
    ROLE_GROUP: quoted(roleGroup),
    ROLE_GROUP_PLAIN: roleGroup,
    // A module's version is numbers only.
    VERSION: version.replace(/[-+].*$/, ''),
    COLLECTOR: functionBody(),
  };
  const fill = (template: string): string =>
    read(template).replace(/@([A-Z_]+)@/g, (place, word: string) => words[word] ?? place);
  return [
    { path: 'README.txt', text: fill('README.txt') },
    { path: `${name}.pssc`, text: fill('endpoint.pssc') },
    { path: 'register.ps1', text: fill('register.ps1') },
    { path: 'patchwhy/patchwhy.psd1', text: fill('module.psd1') },
    { path: 'patchwhy/patchwhy.psm1', text: fill('module.psm1') },
    { path: 'patchwhy/RoleCapabilities/patchwhy.psrc', text: fill('role.psrc') },
  ].map(({ path, text }) => ({ path, text: marked(text) }));
}

let known: string | undefined;

/** Of the collector, whatever its run. */
function collectorHash(): string {
  known ??= hash('sha256', collectorScript(NONCE));
  return known;
}

/** The collector as a function's body: the nonce is its parameter, and where a script ends it returns. */
function functionBody(): string {
  return swap(collectorScript(NONCE).trimEnd(), [
    [/^# patchwhy-collector:.*\n/m, ''],
    [`$nonce = '${NONCE}'\n`, ''],
    [/^( *)exit 0$/m, '$1return'],
    [/^exit 0$/m, 'return'],
    [
      '$report = @{ failures = @(); truncated = @() }\n',
      (line) =>
        `${line}if ($Sha256 -and $Sha256 -ne '${collectorHash()}') {\n` +
        "  $report['failures'] += , [ordered]@{ section = 'collector.version'; message = 'this endpoint runs another version of the collector; write it anew: patchwhy collector jea' }\n" +
        '}\n',
    ],
  ]);
}

type Swap = readonly [find: string | RegExp, put: string | ((found: string) => string)];

/** @throws Error where the collector no longer has what is to be exchanged. */
function swap(text: string, swaps: readonly Swap[]): string {
  return swaps.reduce((so, [find, put]) => {
    const now = typeof put === 'string' ? so.replace(find, put) : so.replace(find, put);
    if (now === so) throw new Error(`the collector has no ${String(find)}`);
    return now;
  }, text);
}

/** For between single quotes. PowerShell takes the typographic ones for the same (about_Quoting_Rules). */
function quoted(text: string): string {
  return text.replace(/['\u2018-\u201b]/g, '$&$&');
}

/** Windows PowerShell takes a file for ANSI unless it is marked. */
function marked(text: string): string {
  return /\P{ASCII}/u.test(text) ? `\uFEFF${text}` : text;
}

function read(name: string): string {
  return readFileSync(new URL(name, FOLDER), 'utf8').replaceAll('\r\n', '\n');
}
