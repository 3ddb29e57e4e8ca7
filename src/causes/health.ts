/** Why a host counts as healthy. Nothing being found is no reason: it takes positive grounds, and all windows open. */
import type { Facts } from '../facts/declared.ts';
import type { HostFacts } from '../facts/examine.ts';
import { inWords } from './sentence.ts';

/** An update this young may simply not have had its turn. */
const YOUNG_DAYS = 7;
/** What is wrong may stand there and nowhere else. */
const MUST_SPEAK = new Set([
  'os',
  'services',
  'windowsUpdate',
  'reboot',
  'events',
  'events.System',
]);
/** Beside a good search, an installation may be a little older than the usual month. */
const RECENT_DAYS = 45;

/** Sentences that say why, or none: then nobody may call the host healthy. */
export function healthGrounds({
  facts,
  unread,
}: Pick<HostFacts, 'facts' | 'unread'>): readonly string[] {
  const { open, scan, restart, installed, offered, os, history } = facts;
  // What could not be read is no proof that nothing is in it [NIN-56].
  if (unread.some(({ section }) => MUST_SPEAK.has(section))) return [];
  if (!open.known || !restart.known || !os.known || isAnythingOpen(facts)) return [];
  const isComplete = scan.isGood && offered.known && offered.count === 0;
  // Without a history nobody knows that nothing failed, unless nothing can be missing.
  if (history.blind && !installed.isLatest && !isComplete) return [];
  const grounds: string[] = [];
  const isFresh = installed.isInDueTime || (scan.isGood && installed.ageDays <= RECENT_DAYS);
  if (scan.isGood && (offered.known || isFresh)) {
    const found =
      offered.known && offered.count > 0 ? 'what it found is days old' : 'nothing is open';
    grounds.push(`a search succeeded at ${inWords(scan.lastGood)} and ${found}`);
  }
  if (isFresh) grounds.push(`${installed.name} was installed at ${inWords(installed.newest)}`);
  return grounds;
}

/** Unknown facts hold empty values, so they open nothing here; what must be known is asked before. */
function isAnythingOpen({
  open,
  downloads,
  scan,
  restart,
  offered,
  deployments,
  lifecycle,
  agents,
}: Facts): boolean {
  return (
    open.installs.length > 0 ||
    downloads.failing.length > 0 ||
    scan.failing ||
    restart.due ||
    restart.stuck ||
    // Young, or failing to download: only the event log tells which.
    offered.updates.some(({ ageDays }) => ageDays > YOUNG_DAYS || !downloads.known) ||
    deployments.missing > 0 ||
    agents.all.some(({ policy }) => policy === 'no') ||
    (lifecycle.ended && !lifecycle.receiving && lifecycle.licensed !== 'yes')
  );
}
