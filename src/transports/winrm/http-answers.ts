/** What an HTTP reply without a SOAP envelope means, by its status. */
import { ContactError } from '../../core/contact.ts';
import { quote } from './host-text.ts';
import type { HttpReply } from './http-connection.ts';

const MEANINGS: ReadonlyMap<number, string> = new Map([
  [
    400,
    'bad request: HTTP.sys refused it; fewer groups for the account, or a higher MaxRequestBytes there',
  ],
  [403, 'forbidden: a proxy or an address rule refuses us; check what stands before the host'],
  [
    404,
    'not found: a web server without /wsman; check the port, or the URLPrefix of its WinRM listener',
  ],
  [405, 'method not allowed: this is not WinRM; check the port in the inventory'],
  [407, 'a proxy wants a log-on: the address leads to a proxy, not to the host'],
  [411, 'length required: something between here and the host rewrites HTTP'],
  [413, "the request is larger than the host's MaxEnvelopeSizekb; raise it there (500 is usual)"],
  [415, 'media type refused: this is not WinRM, or a proxy rewrites HTTP'],
  [500, 'the WinRM service failed; see the log Microsoft-Windows-WinRM/Operational there'],
  [502, 'bad gateway: a proxy answered, not the host'],
  [
    503,
    'the WinRM service does not run, though HTTP.sys does; start WinRM there, or wait after a restart',
  ],
  [504, 'gateway time-out: a proxy answered, not the host'],
]);

/** The problem that a reply is when it is neither SOAP nor a challenge. */
export function httpProblem(reply: HttpReply): ContactError {
  const { status } = reply;
  if (status >= 200 && status < 300) {
    return problem(
      'NOT_WSMAN',
      `this is no WinRM service; check address and port${whatAnswered(reply)}`,
    );
  }
  if (status >= 300 && status < 400) {
    const to = reply.location && ` to ${quote(reply.location)}`;
    return problem(String(status), `redirected${to}: this is not WinRM${whatAnswered(reply)}`);
  }
  const meaning = MEANINGS.get(status) ?? 'an answer WinRM does not give; check address and port';
  return problem(String(status), `HTTP ${status}, ${meaning}${whatAnswered(reply)}`);
}

function problem(code: string, message: string): ContactError {
  return new ContactError({ stage: 'http', code, message });
}

/** Windows' own HTTP.sys says nothing new. */
function whatAnswered({ server, body, contentType }: HttpReply): string {
  const parts: string[] = [];
  if (server && !server.startsWith('Microsoft-HTTPAPI/'))
    parts.push(`server "${quote(server, 24)}"`);
  if (/html/i.test(contentType)) {
    const title = /<title[^>]{0,100}>([^<]{1,200})/i.exec(body.toString('utf8', 0, 4096))?.[1];
    if (title) parts.push(`page "${quote(title, 24)}"`);
  }
  return parts.length > 0 ? ` (${parts.join(', ')})` : '';
}
