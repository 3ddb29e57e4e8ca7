import { readdirSync, writeFileSync } from 'node:fs';
import * as files from 'node:fs/promises';
import { join } from 'node:path';
import { expect, test, vi } from 'vitest';
import { takeRunLock } from '../../src/store/run-lock.ts';
import { temporaryFolder } from '../support/folder.ts';

vi.mock('node:fs/promises', { spy: true });

test('a second run over the same fleet is refused with exit 10, naming the process', async () => {
  const state = temporaryFolder();
  const lock = await takeRunLock(state, '/fleet.yaml');
  await expect(takeRunLock(state, '/fleet.yaml')).rejects.toMatchObject({
    code: 'run.locked',
    exitCode: 10,
    message: expect.stringContaining(String(process.pid)) as string,
  });
  lock.release();
  (await takeRunLock(state, '/fleet.yaml')).release();
});

test('two runs over different fleets do not meet', async () => {
  const state = temporaryFolder();
  await takeRunLock(state, '/a.yaml');
  await takeRunLock(state, '/b.yaml');
  expect(readdirSync(join(state, 'locks'))).toHaveLength(2);
});

test.each(['999999999', '', 'garbage', '-5'])(
  'a lock left behind (%j) is taken over',
  async (content) => {
    const state = temporaryFolder();
    await takeRunLock(state, '/fleet.yaml');
    const [file = ''] = readdirSync(join(state, 'locks'));
    writeFileSync(join(state, 'locks', file), content);
    await expect(takeRunLock(state, '/fleet.yaml')).resolves.toBeDefined();
  },
);

test('where no lock can be written the run goes on without', async () => {
  const state = join(temporaryFolder(), 'file');
  writeFileSync(state, '');
  await expect(takeRunLock(state, '/fleet.yaml')).resolves.toBeDefined();
});

test('where a folder has no links, as on FAT, there is a lock all the same', async () => {
  const none = Object.assign(new Error('EPERM'), { code: 'EPERM' });
  vi.mocked(files.link).mockRejectedValue(none);
  const state = temporaryFolder();
  const lock = await takeRunLock(state, '/fleet.yaml');
  await expect(takeRunLock(state, '/fleet.yaml')).rejects.toMatchObject({ code: 'run.locked' });
  lock.release();
  (await takeRunLock(state, '/fleet.yaml')).release();
  vi.mocked(files.link).mockReset();
});
