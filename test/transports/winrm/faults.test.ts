import { expect, test } from 'vitest';
import { faultCode, faultProblem } from '../../../src/transports/winrm/faults.ts';

const text = 'Zugriff verweigert. アクセスが拒否されました。';

// Stages and codes as contracts/contact.md spells them.
test.each([
  [5, 'shell', '0x80070005'],
  [2_147_942_405, 'shell', '0x80070005'],
  [2_150_859_014, 'shell', '0x80338106'],
  [2_150_859_173, 'shell', '0x803381A5'],
  [2_150_859_174, 'shell', '0x803381A6'],
  [2_150_859_180, 'shell', '0x803381AC'],
  [2_150_858_843, 'shell', '0x8033805B'],
  [2_150_859_236, 'shell', '0x803381E4'],
  [87, 'shell', '0x80070057'],
  [995, 'shell', '0x800703E3'],
  [0xdead_beef, 'shell', '0xDEADBEEF'],
])('fault %i is stage %s, code %s', (number, stage, code) => {
  const problem = faultProblem({ number, subcode: '', text }, String.raw`PATCH\anna`);
  expect(problem).toMatchObject({ stage, code });
  expect(problem.message.length).toBeLessThanOrEqual(170);
});

test('a host that holds a request longer than its time is a time-out of ours', () => {
  expect(faultProblem({ number: 2_150_858_793, subcode: 'TimedOut', text }, 'anna')).toMatchObject({
    stage: 'timeout',
    code: 'LIMIT',
    during: 'shell',
  });
});

test('access denied names the account, not the language of the host', () => {
  const { message } = faultProblem(
    { number: 5, subcode: 'AccessDenied', text },
    String.raw`PATCH\anna`,
  );
  expect(message).toContain(String.raw`PATCH\anna`);
  expect(message).not.toContain('Zugriff');
});

test('a fault without a number goes by its subcode, never by its text', () => {
  expect(faultCode({ number: undefined, subcode: 'AccessDenied', text: '' })).toBe('0x80070005');
  expect(
    faultCode({ number: undefined, subcode: 'InternalError', text: 'Access is denied.' }),
  ).toBeUndefined();
  expect(faultProblem({ number: undefined, subcode: '', text: 'odd\u001b[1m' }, 'a')).toMatchObject(
    {
      stage: 'http',
      code: '500',
      message: expect.not.stringContaining('\u001b') as string,
    },
  );
});
