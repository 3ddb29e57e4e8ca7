/**
 * The generated endpoint, set up for a real PowerShell on a stage: the module and the role as they are written, the
 * session configuration less what only Windows has.
 */
import { mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { jeaFiles } from '../../../src/collect/jea.ts';
import type { World } from '../collector/worlds.ts';

export interface StagedEndpoint extends Disposable {
  /** For PSModulePath. */
  readonly modules: string;
  /** For -ConfigurationFile. */
  readonly configuration: string;
}

const STAGE = new URL('../collector/stage.ps1', import.meta.url);

export function stagedEndpoint(world: World): StagedEndpoint {
  const modules = mkdtempSync(join(tmpdir(), 'patchwhy-endpoint-'));
  const put = (path: string, text: string): string => {
    const file = join(modules, path);
    mkdirSync(dirname(file), { recursive: true });
    writeFileSync(file, text);
    return file;
  };
  const files = jeaFiles({
    name: 'patchwhy',
    roleGroup: String.raw`ACME\Help'desk`,
    version: '1.2.3',
  });
  const root = join(modules, 'root');
  mkdirSync(root);
  const stage = standIns(put('world.json', JSON.stringify(world)), root);
  // In the same module: only there do stand-ins heed the collector's error preference, as cmdlets do anywhere.
  for (const { path, text } of files)
    put(path, path.endsWith('.psm1') ? `${stage}\n${text}` : text);
  const textOf = (path: string): string => files.find((file) => file.path === path)?.text ?? '';
  // Roles are for endpoints that WinRM serves; what the role allows is allowed here to everybody.
  const configuration = textOf('patchwhy.pssc')
    .replace(/^ {2}(?:ExecutionPolicy|RunAsVirtualAccount) =.*\n/gm, '')
    .replace(/^ {2}RoleDefinitions = @\{[\s\S]*?\n {2}\}\n/m, '')
    .replace(/^\}/m, `${role(textOf('patchwhy/RoleCapabilities/patchwhy.psrc'))}}`);
  return {
    modules,
    configuration: put('staged.pssc', configuration),
    [Symbol.dispose]: () => rmSync(modules, { recursive: true, force: true }),
  };
}

/** What the role allows. */
function role(text: string): string {
  const lines = text.split('\n').filter((line) => /^ {2}(?:ModulesToImport|Visible)/.test(line));
  return `${lines.join('\n')}\n`;
}

/** The stage, without the part that runs a script. */
function standIns(world: string, root: string): string {
  const text = readFileSync(STAGE, 'utf8');
  const end = text.indexOf('$collector = Get-Content');
  const start = `$World = '${world}'\n$Root = '${root}'\n$Culture = ''\n`;
  return start + text.slice(0, end).replace(/^param\(.*\)$/m, '');
}
