import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readBundle } from '../../src/sources/bundle.ts';
import { temporaryFolder } from '../support/folder.ts';
import { program } from '../support/program.ts';
import { play } from './collector/play.ts';
import { playPacked, type PackedPlay, type Played } from './collector/play-packed.ts';
import { HEALTHY, type World } from './collector/worlds.ts';

const pwsh = process.env['PATCHWHY_PWSH'] ?? '';
if (pwsh === '')
  console.warn('SKIPPED: the packed collector is not run. PATCHWHY_PWSH names no PowerShell.');

const MODES = ['FullLanguage', 'ConstrainedLanguage'] as const;
const run = (how: PackedPlay = {}, world: World = HEALTHY): Promise<Played> =>
  playPacked(pwsh, world, how);

/** The one bundle that was written, read as the console reads it. */
function bundleOf({ files, stdout, stderr }: Played) {
  const [[name, bytes] = ['', Buffer.alloc(0)], ...more] = Object.entries(files);
  if (more.length > 0) throw new Error(`left behind: ${Object.keys(files).join(', ')}`);
  const read = readBundle(bytes);
  if (read.kind === 'refused') throw new Error(`${name} ${read.what}\n${stdout}\n${stderr}`);
  return { ...read, name, bytes };
}

describe.skipIf(pwsh === '')('the packed collector in a real PowerShell', () => {
  test.each(MODES)('writes one bundle that the console takes, in %s', async (mode) => {
    const played = await run({ mode });
    const { name, bytes, evidence } = bundleOf(played);
    expect(played).toMatchObject({ stderr: '', code: 0 });
    expect(name).toMatch(/^STAGE-01-\d{8}-\d{6}\.patchwhy$/);
    expect(evidence).toMatchObject({
      host: 'STAGE-01',
      collector: { mode: 'powershell' },
      os: { build: 19_045, languageMode: mode },
    });
    expect(bytes.toString('latin1')).toMatch(/^[\r\n -~]*$/);
  });

  test.each(MODES)(
    'brings the document that the collector prints when it is sent, in %s',
    async (mode) => {
      const { text } = await play(pwsh, HEALTHY, { mode, files: { 'WinSxS/filemaps.txt': '' } });
      const { bytes, offset } = bundleOf(await run({ mode }));
      // Each stage is a folder of its own, and takes its own time.
      const [sent, carried] = [text, bytes.toString('utf8', offset)].map((document): unknown =>
        JSON.parse(
          document
            .replaceAll(/patchwhy-(?:stage|packed)-\w{6}/g, 'FOLDER')
            .replace(/"collectedAt":"[^"]+"/, '"collectedAt":""')
            .replace(/"durationMs":\d+/, '"durationMs":0'),
        ),
      );
      expect(carried).toEqual(sent);
    },
  );

  test('is taken by the program', async () => {
    const { name, bytes } = bundleOf(await run());
    const [cwd, state] = [temporaryFolder(), temporaryFolder()];
    writeFileSync(join(cwd, name), bytes);
    const ended = await program(['evidence', 'import', name], {
      cwd,
      env: { PATCHWHY_STATE: state },
    });
    expect(ended).toMatchObject({ stderr: '', code: 0 });
    expect(ended.stdout).toMatch(/^STAGE-01: bundle, \d+ \w+ old, SHA-256 /m);
  });

  test('says section by section what it reads, what it could not, and the size and hash of the file', async () => {
    const played = await run({ mode: 'ConstrainedLanguage' });
    const { bytes, evidence } = bundleOf(played);
    const hash = createHash('sha256').update(bytes).digest('hex');
    expect(played.stdout).toMatch(/^ {2}1 of \d+: os$/m);
    expect(played.stdout).toMatch(/^ {2}(\d+) of \1: /m);
    const told = [...played.stdout.matchAll(/^ {2}not read: (\S+)/gm)].map(([, name]) => name);
    expect(told).toEqual((evidence.errors ?? []).map(({ section }) => section));
    expect(told.length).toBeGreaterThan(0);
    expect(played.stdout).toContain(`size:    ${bytes.length} bytes`);
    expect(played.stdout).toContain(`SHA-256: ${hash}`);
  });

  test.each(['ar-SA', 'th-TH', 'tr-TR'])(
    'names the file by digits and a calendar that sort, in %s',
    async (culture) => {
      const { name, evidence } = bundleOf(await run({ culture }));
      const [, day = ''] = /-(\d{8})-\d{6}\./.exec(name) ?? [];
      expect(day).toBe(evidence.collectedAt.slice(0, 10).replaceAll('-', ''));
    },
  );

  test('writes to the file that is named', async () => {
    const played = await run({ outFile: 'plant.patchwhy' });
    expect(bundleOf(played).name).toBe('plant.patchwhy');
  });

  test.each([
    ['as Windows 10 prints it', 'echo "SHA256-Hash von x:"; echo $hash; echo "erfolgreich"'],
    [
      'as Windows 7 prints it',
      'echo "SHA256 hash of file x:"; echo $hash | sed "s/../& /g"; echo "CertUtil: done."',
    ],
  ])('takes the hash of certutil where Get-FileHash is missing, %s', async (_, print) => {
    const played = await run({ certutil: { print } });
    const { bytes } = bundleOf(played);
    expect(played.stdout).toContain(createHash('sha256').update(bytes).digest('hex'));
  });

  test.each<[string, PackedPlay]>([
    ['nothing may take a hash', { certutil: 'missing' }],
    ['certutil says something else', { certutil: { print: 'echo a; echo b' } }],
    ['the folder is not there', { outFile: 'gone/x.patchwhy' }],
  ])('leaves nothing behind and ends with an error when %s', async (_, how) => {
    const { files, stderr, stdout, code } = await run(how);
    expect(files).toEqual({});
    expect(code).toBe(1);
    expect(stdout + stderr).not.toContain('SHA-256: ');
    expect(stderr).not.toBe('');
  });
});
