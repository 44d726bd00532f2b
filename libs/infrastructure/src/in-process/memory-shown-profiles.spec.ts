import { shownProfilesContract } from '@scoreboard/application/live/shown-profiles.contract';
import { MemoryShownProfiles } from './memory-shown-profiles';

describe('MemoryShownProfiles', () => shownProfilesContract(async () => new MemoryShownProfiles()));
