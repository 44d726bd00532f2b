import { OwnUserIds, type PlacedEntry } from '@scoreboard/application';
import { auditQuerySchema } from './desk.requests';
import { presentAudit } from './desk.presenters';

class ShownIds extends OwnUserIds {
  override shown(userId: string): string {
    return `p_${userId}`;
  }
}

const position = { micros: 1_795_000_000_000_000, place: 7 };
const entry = (act: string, target?: string): PlacedEntry => ({ id: 'e', at: new Date(0), act, actor: 'mod', ...(target !== undefined && { target }), position });

describe('presentAudit', () => {
  it('shows users under their shown ids, and commands, clients and consumers as they are', () => {
    const commandId = '019ad0c4-6b1e-7c3a-9d52-0f6e8a41b7d3';
    const items = [entry('hide', 'ann'), entry('reverse', 'ann'), entry('reverse', commandId), entry('name.take', 'ann'), entry('client.add', 'game'), entry('consumers.drop', 'webhook:shop'), entry('migrate')];
    const shown = presentAudit({ items }, new ShownIds());
    expect(shown.items.map((item) => ('target' in item ? item.target : undefined))).toEqual(['p_ann', 'p_ann', commandId, 'p_ann', 'game', 'webhook:shop', undefined]);
    expect(shown.items[0]).toEqual({ id: 'e', at: new Date(0), act: 'hide', actor: 'mod', target: 'p_ann' });
  });

  it('has a cursor that leads back to the same position, and none on the last page', () => {
    const { next } = presentAudit({ items: [], next: position }, new OwnUserIds());
    expect(auditQuerySchema.parse({ cursor: next }).cursor).toEqual(position);
    expect(presentAudit({ items: [] }, new OwnUserIds()).next).toBeNull();
  });
});
