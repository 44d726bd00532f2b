import { Inject, Injectable, Module, type ModuleMetadata, Scope } from '@nestjs/common';
import { DiscoveryModule } from '@nestjs/core';
import { Test } from '@nestjs/testing';
import { type BeforeSubmit, type DecidedIncrements, ScoreRules } from '@scoreboard/application';
import type { Identity } from '@scoreboard/domain';
import { ScoreRule } from './score-rule.decorator';
import { ScoreRuleDiscovery } from './score-rule-discovery';

const NEVER_ASKED = {} as DecidedIncrements;
const command = { commandId: 'c', userId: 'ann', scoreIncrement: 1 };

/** A rule that appends a digit to the increment. */
class Appending implements BeforeSubmit {
  constructor(private readonly digit: number) {}
  beforeSubmit({ command: { scoreIncrement } }: Parameters<BeforeSubmit['beforeSubmit']>[0]) {
    return { scoreIncrement: scoreIncrement * 10 + this.digit };
  }
}

@ScoreRule()
class Two extends Appending {
  constructor(@Inject('digit') digit: number) {
    super(digit);
  }
}
@ScoreRule()
class Three extends Appending {
  constructor() {
    super(3);
  }
}
@Injectable()
class NoRule extends Appending {
  constructor() {
    super(9);
  }
}

async function incrementWith(...imports: NonNullable<ModuleMetadata['imports']>): Promise<number> {
  const rules = new ScoreRules(100_000, NEVER_ASKED, { report: (what, error) => { throw new Error(what, { cause: error }); } });
  const app = await Test.createTestingModule({ imports: [DiscoveryModule, ...imports], providers: [{ provide: ScoreRules, useValue: rules }, ScoreRuleDiscovery] }).compile();
  await app.init();
  await app.close();
  return (await rules.apply({} as Identity, command)).scoreIncrement;
}

@Module({ providers: [Two, { provide: 'digit', useValue: 2 }, NoRule] })
class TwoModule {}
@Module({ providers: [{ provide: 'by a factory', useFactory: () => new Three() }] })
class ThreeModule {}

describe('ScoreRuleDiscovery', () => {
  it('finds rules in all modules, by class and by factory, in the order of the imports', async () => {
    expect(await incrementWith(TwoModule, ThreeModule)).toBe(123);
    expect(await incrementWith(ThreeModule, TwoModule)).toBe(132);
  });

  it('adds a rule with two tokens once', async () => {
    @Module({ providers: [Three, { provide: 'alias', useExisting: Three }] })
    class AliasModule {}
    expect(await incrementWith(AliasModule)).toBe(13);
  });

  it('stops the start for a rule of a request, and for one without beforeSubmit', async () => {
    @ScoreRule()
    class Empty {}
    await expect(incrementWith({ module: class {}, providers: [Empty] })).rejects.toThrow('The score rule Empty must have a method beforeSubmit.');
    const perRequest = { provide: Three, useClass: Three, scope: Scope.REQUEST };
    await expect(incrementWith({ module: class {}, providers: [perRequest] })).rejects.toThrow('The score rule Three must be a singleton (default scope)');
  });
});
