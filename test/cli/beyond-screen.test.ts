/** What the live screen has done for it: files of hosts, the user's own programs. */
import { readdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { Writable } from 'node:stream';
import { expect, test } from 'vitest';
import { progressSink } from '../../src/cli/sinks.ts';
import { saveExport } from '../../src/cli/save-export.ts';
import { StopSignals } from '../../src/cli/stop-signals.ts';
import { view } from '../../src/cli/view.ts';
import { finished, info, recurring, started } from '../support/events.ts';
import { temporaryFolder } from '../support/folder.ts';
import { typed } from '../support/terminal.ts';

test('a file of hosts takes no other file’s place, and only its owner reads it', async () => {
  const folder = temporaryFolder();
  const names = [await saveExport('csv', [], folder), await saveExport('csv', [], folder)];
  expect(new Set(names).size).toBe(2);
  expect((await readdir(folder)).toSorted()).toEqual(names.toSorted());
  expect((await stat(join(folder, names[0] ?? ''))).mode & 0o777).toBe(0o600);
});

test('a viewer gets its own words and the text in a file, which is gone when it ends', async () => {
  const folder = temporaryFolder();
  const seen = join(folder, 'seen');
  const script = join(folder, 'viewer.mjs');
  await writeFile(
    script,
    `import { readFileSync, writeFileSync } from 'node:fs';
const [out, file] = process.argv.slice(2);
writeFileSync(out, file + '\\n' + readFileSync(file, 'utf8'));`,
  );
  const command = `"${process.execPath}" "${script}" "${seen}"`;
  await view('the text', 'editor', { ...process.env, VISUAL: command });
  const [file = '', text] = (await readFile(seen, 'utf8')).split('\n');
  expect(text).toBe('the text');
  await expect(stat(file)).rejects.toThrow('ENOENT');
  await expect(view('x', 'pager', { PAGER: 'no-such-program' })).rejects.toThrow('ENOENT');
});

test('a Ctrl-C that is meant for the pager stops no run; SIGTERM does', async () => {
  const signals = new StopSignals(() => undefined);
  await signals.whileDeaf(async () => {
    process.emit('SIGINT');
    expect(signals.signal.aborted).toBe(false);
    process.emit('SIGTERM');
  });
  expect(signals.signal.reason).toBe('terminated');
});

test('those who listen are told in sentences, once each: nothing is drawn over', async () => {
  const said: string[] = [];
  const err = new Writable({
    write(chunk: Buffer, _, done) {
      said.push(chunk.toString());
      done();
    },
  });
  const sink = progressSink(err, {
    isTerminal: false,
    isSpoken: true,
    verbose: 0,
    auditTouch: false,
  });
  await sink.take(started([info('a')]));
  await sink.take(recurring('disk-full', 3, {}));
  await sink.take(finished());
  expect(said).toEqual(['disk-full (disk-full) recurs: 3 hosts have it first\n']);
});

// A pager that is not quick: whoever else reads the keyboard would get the key first.
test('every key typed to the pager is the pager’s, and the console hears the next one', async () => {
  const folder = temporaryFolder();
  const [pager, heard] = [join(folder, 'pager'), join(folder, 'heard')];
  const one = `printf 'NEXT'; sleep 0.1; dd bs=1 count=1 2>/dev/null >> ${heard}`;
  const eight = Array.from({ length: 8 }, () => one).join('\n');
  await writeFile(pager, `#!/bin/sh\nstty raw -echo\n${eight}\nstty sane\n`, { mode: 0o700 });
  const keys = Array.from('abcdefgh', (key) => ['NEXT', key] as const);
  const screen = await typed('demo', { PAGER: pager, PATCHWHY_STATE: folder }, [
    ['causes', 'o'],
    ...keys,
    ['causes', '\u0003'],
  ]);
  expect(await readFile(heard, 'utf8')).toBe('abcdefgh');
  expect(screen).toMatch(/demo fleet: \d+ hosts/u);
});
