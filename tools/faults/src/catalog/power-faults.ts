import { setTimeout as delay } from 'node:timers/promises';
import { distributed } from '../fault';

export const powerFaults = distributed({
  id: 'R4',
  what: 'everything is killed at once and started in random order',
  inject: async ({ system, random }) => {
    const servers = [system.postgres, system.redis, system.rabbitmq];
    await Promise.all([...system.members, ...servers].map((each) => each.kill()));
    const starts: Promise<void>[] = [];
    for (const each of random.shuffled([...system.members, ...servers])) {
      starts.push(each.start());
      await delay(random.whole(0, 1_500));
    }
    await Promise.all(starts);
  },
});
