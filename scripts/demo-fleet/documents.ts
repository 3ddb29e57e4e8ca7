/** Documents that are no plain life: contact failures, refused sections, a laptop with a forgotten setting. */
import type { Collected, ContactFailure } from '../../src/core/evidence.ts';
import type { Actor } from './actor.ts';
import { orderly } from './healthy-lives.ts';
import { evidence, labels, network } from './life.ts';
import { routine } from './updates.ts';
import { words } from './words.ts';

const REFUSED = ['windowsUpdate', 'reboot', 'events', 'componentStore', 'recovery', 'logs'];

/** The account may sign in and is no administrator: what decides could not be read. */
export function refusedSections(actor: Actor): Collected {
  const {
    schema,
    host,
    labels,
    collectedAt,
    clockSkewSeconds,
    collector,
    os,
    platform,
    volumes,
    services,
  } = evidence(actor, { attempts: routine(actor, '2026-10') });
  const message = words(actor.locale).accessDenied;
  return {
    schema,
    host,
    ...(labels && { labels }),
    collectedAt,
    ...(clockSkewSeconds !== undefined && { clockSkewSeconds }),
    collector: { ...collector, elevated: false },
    ...(os && { os }),
    ...(platform && { platform }),
    ...(volumes && { volumes }),
    ...(services && { services }),
    network: network(actor, 200),
    errors: REFUSED.map((section) => ({ section, hresult: '0x80070005', message })),
  };
}

/** A laptop that fetches from Microsoft; the address of the broken WSUS server is only a leftover. */
export function wsusLeftover(actor: Actor): Collected {
  const away: Actor = { ...actor, site: { ...actor.site, wsus: null } };
  return evidence(away, {
    ...orderly(away),
    windowsUpdate: { wsusServer: actor.site.wsus, policy: { useWUServer: 0, auOptions: 4 } },
    network: network(actor, 503),
  });
}

/** What stopped contact, in the spelling of a contact document. */
const TROUBLES = {
  auth: ({ address, chance }) => ({
    stage: 'auth',
    code: '401',
    address,
    message: 'the host refused AURELIA\\svc-patch; it offers Negotiate, Kerberos',
    elapsedMs: chance.between(90, 480),
  }),
  unreachable: ({ address, chance }) => ({
    stage: 'tcp',
    code: chance.pick(['ETIMEDOUT', 'ETIMEDOUT', 'EHOSTUNREACH']),
    address,
    message: `no answer from ${address}:5985; off, asleep, or a firewall drops it`,
    elapsedMs: chance.between(9_800, 10_050),
  }),
  refused: ({ address, chance }) => ({
    stage: 'tcp',
    code: 'ECONNREFUSED',
    address,
    message: `connect ECONNREFUSED ${address}:5985`,
    elapsedMs: chance.between(3, 30),
  }),
  dns: ({ name, chance }) => ({
    stage: 'dns',
    code: 'ENOTFOUND',
    message: `no address for ${name}.aurelia.example`,
    elapsedMs: chance.between(20, 90),
  }),
  timeout: ({ address }) => ({
    stage: 'timeout',
    during: 'collector',
    code: 'LIMIT',
    address,
    message: 'the script did not end within 60 s',
    elapsedMs: 60_000,
  }),
} as const satisfies Record<string, (actor: Actor) => ContactFailure['contact']>;

/** A host that could not be examined. */
export function outOfReach(trouble: keyof typeof TROUBLES): (actor: Actor) => ContactFailure {
  return (actor) => ({
    schema: 'evidence/1',
    host: actor.name,
    labels: labels(actor),
    contactedAt: actor.now,
    contact: { transport: 'winrm-http', ...TROUBLES[trouble](actor) },
  });
}
