#!/usr/bin/perl
# The independent matcher of the ATR list: the regular expressions of the list, matched by perl, whose users wrote them.
#   atr-oracle.pl LIST
# Prints, for each pattern, a few ATRs that fit it or nearly do, each with the lines of all patterns that match it:
#   ATR in hexadecimal digits <tab> LINE,LINE,...
# Called by test_atrlist.c.
use strict;
use warnings;

srand(7816);
open(my $list, '<', $ARGV[0]) or die "$ARGV[0]: $!\n";
my @patterns;    # [line, text]
my %plain;       # text => lines
my @others;      # [line, regular expression]
while (my $line = <$list>) {
    chomp $line;
    if ($line =~ /^[^\t#]/) {
        push @patterns, [$., $line];
        if ($line =~ /^[0-9A-F ]+$/) {
            push @{$plain{$line}}, $.;
        } else {
            push @others, [$., qr/^$line$/i];
        }
    }
}

sub lines_of {
    my ($atr) = @_;
    my @lines = @{$plain{$atr} || []};
    push @lines, map { $_->[0] } grep { $atr =~ $_->[1] } @others;
    return sort { $a <=> $b } @lines;
}

sub digit { return substr('0123456789ABCDEF', int(rand(16)), 1); }

# Something the pattern may match: dots, classes and stars replaced by what they stand for.
sub example_of {
    my ($pattern) = @_;
    my $bytes = join(' ', map { digit() . digit() } 1 .. 1 + int(rand(4)));
    $pattern =~ s/\.\*$/rand() < 0.5 ? '' : " $bytes"/e;
    $pattern =~ s/\.\*/$bytes/g;
    my $out = '';
    while ($pattern =~ /\G(\[[^\]]*\]|.)/g) {
        my $atom = $1;
        if ($atom eq '.') {
            $out .= digit();
        } elsif ($atom =~ /^\[/) {
            my @choices = grep { /$atom/i } split(//, '0123456789ABCDEF');
            $out .= $choices[int(rand(@choices))];
        } else {
            $out .= uc $atom;
        }
    }
    return $out;
}

for my $pattern (@patterns) {
    my $special = $pattern->[1] =~ /[^0-9A-F ]/;
    my @examples = map { example_of($pattern->[1]) } 1 .. ($special ? 12 : 1);
    # Nearly the same: another digit, a byte more, a byte less.
    my $changed = $examples[0];
    my $at = int(rand(length($changed)));
    substr($changed, $at, 1) = digit() if substr($changed, $at, 1) ne ' ';
    push @examples, $changed, "$examples[0] " . digit() . digit();
    push @examples, substr($examples[0], 0, -3) if length($examples[0]) > 3;
    for my $atr (@examples) {
        next if $atr !~ /^[0-9A-F]{2}( [0-9A-F]{2})*$/ || length($atr) > 107;
        my @lines = lines_of($atr);
        print "$atr\t", join(',', @lines), "\n";
    }
}
