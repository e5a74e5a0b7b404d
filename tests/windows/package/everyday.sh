# Installing and removing, where nothing is in the way but the names of folders. Sourced by run.sh.
# shellcheck shell=bash
before=$(state_of "$package")

is_untouched() {
    [ "$(state_of "$package")" = "$before" ] || { diff <(echo "$before") <(state_of "$package"); return 1; }
}

installs() {
    as_administrator install 'C:\scardssp-package' && says 'scardssp is installed for everybody, in "C:\scardssp-package"' &&
        is_registered HKLM 'C:\scardssp-package\scardssp.dll' && is_registered HKCU '' && is_whole "$drive/scardssp-package"
}

lists() {
    wine 'C:\scardssp-package\scard.exe' list | tr -d '\r' > "$scratch/out"
    [ "$(grep -c 'Simulated Reader 0[0-2]  card present' "$scratch/out")" -eq 3 ] || { cat "$scratch/out"; return 1; }
}

uninstalls() {
    as_administrator uninstall '' 'C:\scardssp-package' && says 'scardssp is removed from "C:\scardssp-package"' &&
        is_registered HKLM '' && is_empty "$drive/scardssp-package"
}

# The folders of others, and files that are not ours in the folder.
keeps_others() {
    mkdir -p "$drive/scardssp-package"
    echo mine > "$drive/scardssp-package/mine.txt"
    as_administrator install 'C:\scardssp-package' && as_administrator uninstall &&
        [ "$(ls "$drive/scardssp-package")" = mine.txt ] && rm -r "$drive/scardssp-package"
}

uninstalls_from_package() {
    as_administrator install 'C:\scardssp-package' && as_administrator uninstall &&
        says 'scardssp is removed from "C:\scardssp-package"' && is_registered HKLM '' &&
        [ ! -e "$drive/scardssp-package" ] && is_untouched
}

has_nothing_to_remove() {
    fails as_administrator uninstall && says "scardssp of $bits bits is not installed." && is_untouched
}

# Registered by hand, in the package or elsewhere: what is no installation of install.cmd's is nobody's to
# delete.
leaves_by_hand() {
    wine regsvr32 /s "$windows_package\\scardssp.dll" && fails as_administrator uninstall &&
        says 'install.cmd did not install what is registered' && is_registered HKLM "$windows_package\\scardssp.dll" &&
        wine regsvr32 /u /s "$windows_package\\scardssp.dll" && is_untouched
}

installs_nowhere() { # into the package itself
    fails as_administrator install "$windows_package\\" && says 'is where the package was unpacked' && is_untouched &&
        is_registered HKLM ''
}

leaves_other_width() {
    local other=$((96 - bits))
    mkdir "$drive/scardssp-package" && echo theirs > "$drive/scardssp-package/installed-win$other.txt" &&
        echo theirs > "$drive/scardssp-package/scardssp.dll" && fails as_administrator install 'C:\scardssp-package' &&
        says "The package of $other bits is installed in" && [ "$(cat "$drive/scardssp-package/scardssp.dll")" = theirs ] &&
        rm -r "$drive/scardssp-package"
}

check 'install.cmd copies and registers' installs
check 'the first program runs' works
check 'the tool runs where it was installed' lists
check 'install.cmd does it again' installs
check 'uninstall.cmd of the folder takes everything away again' uninstalls
check 'uninstall.cmd of the package takes what is installed away, and not the package' uninstalls_from_package
check 'files of others stay' keeps_others
check 'uninstall.cmd says when there is nothing to remove' has_nothing_to_remove
check 'uninstall.cmd leaves what was registered by hand' leaves_by_hand
check 'install.cmd does not make the package an installation' installs_nowhere
check 'install.cmd leaves the package of the other width alone' leaves_other_width

# Percent signs are left out: Wine 8's interpreter looks for variables in the value of a variable once more,
# and for the letter of a "for", which Windows does not do; quoted.py holds that Windows' rules are kept for
# them, too.
goes_round() { # NAME WHERE: unpacked in a folder of this name, installed into one, and removed from the package or from there
    local from="$scratch/from $1" where
    where=$(windows_path "$from")
    cp -r "$package" "$from" && as_administrator install "C:\\to $1\\" "$where" && says 'scardssp is installed for everybody' &&
        is_registered HKLM "C:\\to $1\\scardssp.dll" && is_whole "$drive/to $1" || return 1
    [ "$2" = package ] || where="C:\\to $1"
    as_administrator uninstall '' "$where" && is_registered HKLM '' && is_empty "$drive/to $1" &&
        [ "$(state_of "$from")" = "$before" ] && rm -r "$from"
}
name='x&md pwned&y'
check "folders called \"$name\"" goes_round "$name" package
name="a & md pwned & (x86) ^ ^^ !b! ! c=1;2,3 'd' @e~\`{f}[g]+\$#"
for where in package folder; do
    check "folders called \"$name\", removed from the $where" goes_round "$name" "$where"
done

# Letters of any language. uninstall.cmd of the package reads the folder from what reg prints, if need be in
# UTF-8, which Wine 8 has only with a console; it has to say what to do instead.
goes_round_abroad() { # NAME
    local from="$scratch/from $1"
    cp -r "$package" "$from" && as_administrator install "C:\\to $1" "$(windows_path "$from")" &&
        is_registered HKLM "C:\\to $1\\scardssp.dll" && is_whole "$drive/to $1" && works &&
        fails as_administrator uninstall '' "$(windows_path "$from")" &&
        says 'Run the uninstall.cmd of the folder that install.cmd has named.' && is_whole "$drive/to $1" &&
        as_administrator uninstall '' "C:\\to $1" && is_registered HKLM '' && is_empty "$drive/to $1" &&
        [ "$(state_of "$from")" = "$before" ] && rm -r "$from"
}
check 'folders with letters of other languages' goes_round_abroad 'Žeton Ωкарта 卡'
