/** `patchwhy collector jea`: writes the files of an endpoint for people who are not administrators. Runs none of them. */
import { existsSync, mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { jeaFiles } from '../collect/jea.ts';
import { errnoOf, PatchwhyError, type ExitCode } from '../core/error.ts';
import { printable } from '../core/printable.ts';
import { writeAll } from './output-stream.ts';
import { VERSION } from './version.ts';

export interface CollectorJeaArguments {
  /** Folder to write to. */
  readonly output: string;
  readonly roleGroup: string | undefined;
  /** Of the session configuration. */
  readonly name: string;
  readonly force: boolean;
}

export async function collectorJeaCommand(argv: CollectorJeaArguments): Promise<ExitCode> {
  const { output, force } = argv;
  const name = endpointName(argv.name);
  const roleGroup = groupName(argv.roleGroup);
  const files = jeaFiles({ name, roleGroup, version: VERSION });
  const taken = force ? undefined : files.find(({ path }) => existsSync(join(output, path)));
  if (taken !== undefined) throw isTaken(join(output, taken.path));
  for (const { path, text } of files) write(join(output, path), text, force);
  const lines = [
    ...files.map(({ path }) => printable(join(output, path))),
    `Nothing has been run. On each host, as administrator: register.ps1 in that folder; then "endpoint: ${name}" in the inventory.`,
  ];
  await writeAll(process.stdout, `${lines.join('\n')}\n`);
  return 0;
}

/** It becomes part of a URI, of a file's name and of commands. */
function endpointName(name: string): string {
  if (/^[A-Za-z][0-9A-Za-z._-]{0,63}$/.test(name)) return name;
  throw new PatchwhyError(
    'use',
    `--name ${printable(name)}: no name for an endpoint`,
    'a letter, then letters, digits, ".", "_" or "-", 64 at most',
  );
}

function groupName(group: string | undefined): string {
  if (group === undefined)
    throw new PatchwhyError(
      'use',
      'nobody is named who may use the endpoint',
      String.raw`say which group: --role-group 'ACME\Helpdesk'`,
    );
  const [domain = '', name = '', ...rest] = group.split('\\');
  const isLocal = domain === '.' || domain.toLowerCase() === 'localhost';
  const isWhole = domain !== '' && name !== '' && rest.length === 0 && !/[\p{Cc}"*?]/u.test(group);
  if (isWhole && !isLocal) return group;
  throw new PatchwhyError(
    'use',
    `--role-group ${printable(group)}: no group that Windows finds`,
    String.raw`DOMAIN\GROUP; a local group is named after its computer, not . or localhost`,
  );
}

/** Files of several endpoints in one folder, or one that somebody has changed by hand, are not lost unasked. */
function isTaken(file: string, options?: ErrorOptions): PatchwhyError {
  const hint = 'name another folder with -o, or overwrite it with --force';
  return new PatchwhyError('use.file', `${printable(file)}: is there already`, hint, options);
}

function write(file: string, text: string, force: boolean): void {
  try {
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text, { flag: force ? 'w' : 'wx' });
  } catch (error) {
    const code = errnoOf(error) ?? 'unknown';
    if (code === 'EEXIST') throw isTaken(file, { cause: error });
    const hint = 'check the path and who may write there';
    throw new PatchwhyError('use.file', `${printable(file)}: cannot be written (${code})`, hint, {
      cause: error,
    });
  }
}
