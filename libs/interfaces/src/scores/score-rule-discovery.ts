import { Injectable, type OnModuleInit } from '@nestjs/common';
import { DiscoveryService } from '@nestjs/core';
import { type BeforeSubmit, ScoreRules } from '@scoreboard/application';
import { decoratedProviders } from '../decorated-providers';
import { SCORE_RULE } from './score-rule.decorator';

/** Finds the providers with `@ScoreRule()`, in all modules, and gives them to `ScoreRules`. One that cannot be a rule stops the start. */
@Injectable()
export class ScoreRuleDiscovery implements OnModuleInit {
  constructor(
    private readonly discovery: DiscoveryService,
    private readonly rules: ScoreRules,
  ) {}

  onModuleInit(): void {
    for (const { name, instance } of decoratedProviders<BeforeSubmit>(this.discovery, SCORE_RULE, 'score rule', 'beforeSubmit')) this.rules.add(name, instance);
  }
}
