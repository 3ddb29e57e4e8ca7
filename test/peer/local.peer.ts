/** This machine, by a child process: the whole script goes into a real PowerShell by stdin, and a document comes back. */
import { expect, test } from 'vitest';
import { FrameReader } from '../../src/collect/frame.ts';
import { collectorScript } from '../../src/collect/script.ts';
import { localTransport } from '../../src/transports/local/local.ts';

const NONCE = 'local0123456789';
const pwsh = process.env['PATCHWHY_PWSH'] ?? '';
if (pwsh === '')
  console.warn('SKIPPED: the local machine is not asked. PATCHWHY_PWSH names no PowerShell.');

test.skipIf(pwsh === '')('a real PowerShell reads the script from stdin and answers', async () => {
  const { signal } = new AbortController();
  const session = await localTransport({ powershell: [pwsh], cmd: ['/bin/sh', '-c'] }).open({
    limits: { connectMs: 20_000, collectMs: 100_000 },
    signal,
    onStage: () => undefined,
    onCommand: () => undefined,
    admit: () => Promise.resolve(),
  });
  const reader = new FrameReader(NONCE);
  let exit: number | undefined;
  for await (const chunk of session.run(
    { kind: 'powershell', script: collectorScript(NONCE) },
    signal,
  )) {
    if (chunk.kind === 'stdout') reader.push(chunk.bytes);
    if (chunk.kind === 'exit') exit = chunk.code;
  }
  const answer = reader.end();
  expect(exit).toBe(0);
  expect(answer.kind).toBe('document');
});
