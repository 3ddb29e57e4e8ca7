/** Management agents: do they run, do they report, do they have a policy for this host. */
import type { Reading } from './reading.ts';
import { DAY, timeOf } from './reading.ts';
import type { Fact, Item } from './shape.ts';
import { NEVER, unknown } from './shape.ts';

const agentShape = {
  product: 'string',
  state: 'string',
  lastCheckIn: 'time',
  /** 0 when not told. */
  checkInDays: 'double',
  lastAudit: 'time',
  auditDays: 'double',
  /** yes, no or unknown */
  policy: 'string',
  window: 'string',
} as const;

export const agentsShape = {
  all: [agentShape],
  count: 'double',
  /** Running, with a policy, checked in within a week. */
  healthy: 'double',
} as const;

type Agent = Item<typeof agentShape>;

export function agentsFact(reading: Reading): Fact<typeof agentsShape> {
  const { agents } = reading.evidence;
  if (agents === undefined || !reading.has('agents')) return unknown(agentsShape);
  const all = agents.map((agent, position): Agent => {
    const checkIn = timeOf(agent.lastCheckIn);
    const audit = timeOf(agent.lastAudit);
    const base = `/agents/${position}`;
    return {
      from: agent.state === undefined ? base : `${base}/state`,
      fromField: {
        product: `${base}/product`,
        ...(checkIn > 0 && { lastCheckIn: `${base}/lastCheckIn` }),
        ...(audit > 0 && { lastAudit: `${base}/lastAudit` }),
        ...(agent.policyAssigned !== undefined && { policy: `${base}/policyAssigned` }),
      },
      product: agent.product,
      state: agent.state ?? 'unknown',
      lastCheckIn: checkIn === 0 ? NEVER : new Date(checkIn),
      checkInDays: checkIn === 0 ? 0 : (reading.now - checkIn) / DAY,
      lastAudit: audit === 0 ? NEVER : new Date(audit),
      auditDays: audit === 0 ? 0 : (reading.now - audit) / DAY,
      policy:
        agent.policyAssigned === true ? 'yes' : agent.policyAssigned === false ? 'no' : 'unknown',
      window: agent.maintenanceWindow ?? '',
    };
  });
  const healthy = all.filter(
    ({ state, checkInDays, policy }) => state === 'running' && checkInDays <= 7 && policy !== 'no',
  );
  return { known: true, from: '/agents', all, count: all.length, healthy: healthy.length };
}
