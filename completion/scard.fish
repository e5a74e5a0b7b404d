# Completion of scard for fish. What there is to choose the tool itself tells, from the tables that its help is
# made from.

function __scard_complete
    set -l before (commandline -opc)
    set -l word (commandline -ct)
    for line in ($before[1] __complete -- $before[2..-1] (string unescape -- $word; or echo $word) 2>/dev/null)
        switch $line
            case :files
                __fish_complete_path $word
            case :folders
                __fish_complete_directories $word
            case :programs
                __fish_complete_command
            case '*'
                echo $line
        end
    end
end

complete -c scard -f -a '(__scard_complete)'
