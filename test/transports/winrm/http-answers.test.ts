import { describe, expect, test } from 'vitest';
import { httpProblem } from '../../../src/transports/winrm/http-answers.ts';
import type { HttpReply } from '../../../src/transports/winrm/http-connection.ts';

function reply(status: number, more: Partial<HttpReply> = {}): HttpReply {
  return {
    status,
    contentType: '',
    offers: [],
    server: '',
    location: '',
    body: Buffer.alloc(0),
    ...more,
  };
}

test.each([
  [200, 'NOT_WSMAN'],
  [204, 'NOT_WSMAN'],
  [301, '301'],
  [302, '302'],
  [400, '400'],
  [403, '403'],
  [404, '404'],
  [405, '405'],
  [407, '407'],
  [413, '413'],
  [500, '500'],
  [503, '503'],
  [599, '599'],
])('HTTP %i is stage http, code %s, in words of its own', (status, code) => {
  const problem = httpProblem(reply(status));
  expect(problem).toMatchObject({ stage: 'http', code });
  expect(problem.message.length).toBeLessThanOrEqual(160);
});

describe('what answered instead', () => {
  test('is named by server and title', () => {
    const body = Buffer.from('<html><head><title>Guest  Wi-Fi\nlog in</title>');
    const { message } = httpProblem(
      reply(200, { contentType: 'text/html', server: 'nginx/1.27', body }),
    );
    expect(message).toContain('(server "nginx/1.27", page "Guest Wi-Fi log in")');
  });

  test('is quoted without its control characters, and short', () => {
    const body = Buffer.from(`<title>\u001b[2Jgone\u202e${'x'.repeat(300)}</title>`);
    const server = `evil\u009b31m${'y'.repeat(300)}`;
    const { message } = httpProblem(reply(503, { contentType: 'text/html', server, body }));
    expect(message).not.toMatch(/[\p{Cc}\p{Cf}]/u);
    expect(message.length).toBeLessThan(240);
  });

  test('says where a redirect goes', () => {
    expect(httpProblem(reply(302, { location: 'https://portal.test/' })).message).toContain(
      'to https://portal.test/',
    );
  });

  test('is not told of Windows itself', () => {
    expect(httpProblem(reply(503, { server: 'Microsoft-HTTPAPI/2.0' })).message).not.toContain(
      'HTTPAPI',
    );
  });
});
