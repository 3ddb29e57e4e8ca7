/** A plausible fleet: several sites, a few causes that recur, some hosts out of reach. Same count, same fleet. */
import type { ContactStage } from '../../src/core/contact.ts';
import type { HostInfo, RunEvent } from '../../src/core/event.ts';
import type { Finding, Outcome } from '../../src/core/verdict.ts';
import {
  at,
  done,
  finding,
  finished,
  info,
  judged,
  noContact,
  recurring,
  staged,
  started,
} from './events.ts';

const SITES = ['milano', 'torino', 'roma', 'bologna', 'lyon', 'osaka'];
const GROUPS = ['office', 'servers', 'tills'];
const STAGES: readonly ContactStage[] = ['dns', 'tcp', 'http', 'auth', 'shell', 'collector'];

interface Share {
  /** Of a hundred hosts. */
  readonly share: number;
  readonly site?: string;
  readonly outcome: (index: number) => Outcome;
}

const quote = (text: string, pointer: string): Finding['evidence'][number] => ({
  kind: 'strong',
  pointer,
  quote: text,
});

const SHARES: readonly Share[] = [
  {
    share: 8,
    site: 'milano',
    outcome: (index) =>
      judged(
        [
          finding('wsus-server-error', {
            title: 'WSUS answers with server errors',
            category: 'network-download',
            confidence: 0.96,
            firstSeen: at(-5 * 3_600_000 - index * 60_000),
            tries: 6,
            next: 'restart the WsusPool application pool on wsus-mi01, then let the hosts search again',
            evidence: [
              quote('HTTP 503 from wsus-mi01:8530 in 41 ms', '/network/probes/0/status'),
              quote('the last search ended with 0x80244022', '/windowsUpdate/scan/hresult'),
              {
                kind: 'weak',
                pointer: '/events/3',
                quote: 'WindowsUpdateClient 25 at 05:02, 0x80244022',
              },
              {
                kind: 'against',
                pointer: '/events/7',
                quote: 'WindowsUpdateClient 19 at 22:14, before the fault',
              },
            ],
          }),
        ],
        'scan-failing',
      ),
  },
  {
    share: 6,
    outcome: (index) =>
      judged(
        [
          finding('pending-reboot', {
            title: 'Restart pending for servicing',
            confidence: 0.94,
            firstSeen: at(-(3 + (index % 9)) * 86_400_000),
            next: 'restart the hosts in their next window',
            evidence: [
              quote(`servicing waits for a restart since ${3 + (index % 9)} days`, '/reboot/cbs'),
            ],
          }),
        ],
        'reboot-required',
      ),
  },
  {
    share: 4,
    outcome: (index) =>
      judged([
        finding('disk-full', {
          title: 'System disk full',
          category: 'disk-space',
          confidence: index % 2 === 0 ? 0.95 : 0.8,
          firstSeen: at(-(2 + (index % 11)) * 86_400_000),
          next: 'free at least 10 GiB on C: (component clean-up, old profiles)',
          evidence: [
            quote(`0.${index % 10} GiB free of 118 GiB on C:, needs 10`, '/volumes/0/freeBytes'),
          ],
        }),
        finding('winre-partition-small', {
          title: 'Recovery partition too small',
          confidence: 0.7,
        }),
      ]),
  },
  {
    share: 2,
    outcome: () =>
      noContact('contact-auth', '401', {
        title: 'Sign-in refused by the host',
        confidence: 0.9,
        next: 'check the account acme\\svc-patch on these hosts; it was tried once',
        evidence: [
          quote('401 to ACME\\svc-patch; the host offers Negotiate, Kerberos', '/contact/code'),
        ],
      }),
  },
  {
    share: 1,
    outcome: () =>
      noContact('contact-unreachable', 'ETIMEDOUT', {
        title: 'Host does not answer',
        confidence: 0.9,
        evidence: [quote('no answer from 10.10.4.7:5985 within 10 s', '/contact/code')],
      }),
  },
  {
    share: 1,
    outcome: () =>
      judged([
        finding('component-store-corrupt', {
          title: 'Component store damaged',
          confidence: 0.85,
          evidence: [quote('CBS: missing manifest of KB5034441, 0x80073712', '/logs/cbs/4/text')],
        }),
      ]),
  },
  {
    share: 1,
    outcome: () =>
      judged(
        [finding('not-enough-evidence', { title: 'Not enough evidence', confidence: 0 })],
        'no-data',
      ),
  },
];

const WIDE_NAMES = ['東京-端末', '大阪-レジ', 'münchen-büro'];

export interface Fleet {
  readonly hosts: readonly HostInfo[];
  readonly start: RunEvent;
  /** Stages and outcomes in a plausible order. */
  readonly events: readonly RunEvent[];
  readonly end: RunEvent;
}

/** `count` hosts; every event `msApart` after the one before. */
export function fleet(count: number, msApart = 40): Fleet {
  const hosts = Array.from({ length: count }, (_, index) => hostAt(index));
  const events: RunEvent[] = [];
  const counts = new Map<string, number>();
  let ms = 0;
  for (let begun = 0; begun < count + 16; begun += 1) {
    const next = hosts[begun];
    if (next !== undefined) {
      for (const stage of STAGES.slice(0, 1 + (begun % STAGES.length))) {
        events.push(staged(next.id, stage, (ms += msApart)));
      }
    }
    const ripe = hosts[begun - 16];
    if (ripe === undefined) continue;
    const outcome = outcomeAt(begun - 16, ripe);
    events.push(done(ripe.id, outcome, (ms += msApart)));
    if (outcome.kind === 'skipped' || outcome.verdict.cause === 'none') continue;
    const { cause } = outcome.verdict;
    counts.set(cause, (counts.get(cause) ?? 0) + 1);
    if (counts.get(cause) === 3 && cause === 'wsus-server-error') {
      events.push(recurring(cause, 3, { site: 'milano' }));
    }
  }
  return { hosts, start: started(hosts), events, end: finished(ms) };
}

function hostAt(index: number): HostInfo {
  const site = SITES[index % SITES.length] ?? '';
  const group = GROUPS[index % GROUPS.length] ?? '';
  const number = String(index + 1).padStart(4, '0');
  const wide =
    index % 50 === 6 ? WIDE_NAMES[Math.floor(index / 50) % WIDE_NAMES.length] : undefined;
  return info(`${wide ?? (group === 'servers' ? 'srv-app' : 'ws')}-${number}`, { site, group });
}

function outcomeAt(index: number, host: HostInfo): Outcome {
  let rest = (index * 37) % 100;
  for (const { share, site, outcome } of SHARES) {
    // Causes of one site take the shares of all sites there.
    const own =
      site === undefined ? share : host.labels['site'] === site ? share * SITES.length : 0;
    if (rest < own) return outcome(index);
    rest -= own;
  }
  return judged([]);
}
