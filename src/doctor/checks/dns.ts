import { Resolver } from 'node:dns/promises';
import { errnoOf } from '../../core/error.ts';
import type { ConsoleFinding } from '../console-report.ts';

const LIMIT_MS = 2000;
/** A server that answers at all says one of these of a name that must not leave it (RFC 6761, 6.3). */
const ANSWERS: ReadonlySet<string> = new Set(['ENOTFOUND', 'ENODATA', 'EREFUSED', 'ESERVFAIL']);

/** Asks each server for `localhost`, which every server answers by itself. */
export async function checkDns(
  servers: readonly string[] = new Resolver().getServers(),
): Promise<ConsoleFinding> {
  const about = 'DNS';
  if (servers.length === 0)
    return {
      about,
      verdict: 'failed',
      text: 'no server is configured',
      next: 'see the DNS servers of this machine (resolv.conf, Get-DnsClientServerAddress), or set PATCHWHY_DNS',
    };
  const asked = await Promise.all(
    servers.map(async (server) => ({ server, took: await ask(server) })),
  );
  const text = asked
    .map(
      ({ server, took }) =>
        `${server} ${took === undefined ? 'is silent' : `answers in ${took} ms`}`,
    )
    .join(', ');
  const silent = asked.filter(({ took }) => took === undefined).length;
  if (silent === 0) return { about, verdict: 'ok', text };
  const next =
    'hosts by address work without it; see the DNS servers of this machine, or set PATCHWHY_DNS';
  return { about, verdict: silent === asked.length ? 'failed' : 'warning', text, next };
}

/** Milliseconds until an answer; undefined when none came. */
async function ask(server: string): Promise<number | undefined> {
  const startedAt = performance.now();
  const resolver = new Resolver({ timeout: LIMIT_MS, tries: 1 });
  try {
    resolver.setServers([server]);
    await resolver.resolve4('localhost');
  } catch (error) {
    if (!ANSWERS.has(errnoOf(error) ?? '')) return undefined;
  }
  return Math.round(performance.now() - startedAt);
}
